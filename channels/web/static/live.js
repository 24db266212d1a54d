/* While a person is waited for or there: what they say comes by itself. Without this, loading the page again shows it. */
(function () {
  "use strict";
  var panel = document.getElementById("person");
  var log = document.getElementById("log");
  var title = document.title;
  var seen = panel ? panel.dataset.seen : "";
  var source = null;

  if (!panel || !panel.dataset.news || !window.EventSource) { return; }

  function told(event) {
    var news = JSON.parse(event.data);
    seen = event.lastEventId;
    if (news.html) {
      log.insertAdjacentHTML("beforeend", news.html);
      if (document.hidden) { document.title = panel.dataset.title + " - " + title; }
      log.lastElementChild.scrollIntoView({ block: "nearest" });
    }
    panel.innerHTML = news.panel;
    panel.hidden = !news.panel.trim();
    if (!news.live) { source.close(); source = null; }
  }

  // A stream ends after every look and the browser asks again; only an error page stops it, and then we try later.
  function listen() {
    source = new EventSource(panel.dataset.news + "?seen=" + encodeURIComponent(seen));
    source.onmessage = told;
    source.onerror = function () {
      if (source && source.readyState === EventSource.CLOSED) {
        source = null;
        window.setTimeout(listen, 5000);
      }
    };
  }

  document.addEventListener("visibilitychange", function () { if (!document.hidden) { document.title = title; } });
  window.addEventListener("pagehide", function () { if (source) { source.close(); } });
  listen();
})();
