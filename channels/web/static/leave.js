/* Leaving at once. Without this file the link works by itself; with it, the page is blank before anything travels. */
(function () {
  "use strict";
  document.documentElement.classList.add("has-js");
  var link = document.getElementById("leave");
  var escapes = [];

  function leave() {
    document.documentElement.classList.add("gone");
    document.title = "…";
    if ("keepalive" in Request.prototype) {
      // The server forgets while the browser is already elsewhere: nobody waits on our network.
      fetch(link.href, { keepalive: true, redirect: "manual", credentials: "same-origin" }).catch(function () {});
      window.location.replace(link.dataset.elsewhere);
    } else {
      window.location.replace(link.href);
    }
  }

  link.addEventListener("click", function (event) {
    event.preventDefault();
    leave();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") {
      escapes = [];
      return;
    }
    var now = Date.now();
    escapes = escapes.filter(function (at) { return now - at < 5000; });
    escapes.push(now);
    if (escapes.length >= 3) { leave(); }
  });

  // A page brought back from the browser's memory may show what was deleted: ask again instead.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { window.location.reload(); }
  });
})();
