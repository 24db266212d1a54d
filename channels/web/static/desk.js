/* The desk, live: the queue and a conversation come by themselves, with a sound if wanted and a mark in the title.
   Nothing typed leaves the page before it is sent. Without this script, loading the page again shows the same. */
(function () {
  "use strict";
  var box = document.getElementById("queue") || document.getElementById("items");
  var status = document.getElementById("news");
  var sound = document.getElementById("sound");
  var title = document.title;
  var seen = box ? (box.dataset.seen || "") : "";
  var known = null;
  var source = null;

  function beep() {
    var Context = window.AudioContext || window.webkitAudioContext;
    if (!Context || !wanted()) { return; }
    var audio = new Context();
    var tone = audio.createOscillator();
    var quiet = audio.createGain();
    quiet.gain.value = 0.08;
    tone.frequency.value = 660;
    tone.connect(quiet);
    quiet.connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.25);
  }

  // Whether a sound is wanted is this browser tab's own business and says nothing about anybody.
  function wanted() { return window.sessionStorage.getItem("sound") === "yes"; }

  function attention(words) {
    status.textContent = words;
    document.title = "● " + title;
    beep();
  }

  function queue(news) {
    var focused = document.activeElement && document.activeElement.id;
    box.innerHTML = news.html;
    if (focused && document.getElementById(focused)) { document.getElementById(focused).focus({ preventScroll: true }); }
    var fresh = known !== null && news.waiting.filter(function (one) { return known.indexOf(one) < 0; }).length > 0;
    known = news.waiting;
    if (fresh) { attention(news.urgent ? status.dataset.urgent : status.dataset.one); }
    if (!news.waiting.length) { status.textContent = ""; document.title = title; }
  }

  function talk(news) {
    var nothing = document.getElementById("nothing-yet");
    if (news.html) {
      if (nothing) { nothing.remove(); }
      box.insertAdjacentHTML("beforeend", news.html);
      box.scrollTop = box.scrollHeight;
    }
    if (box.dataset.mine && !news.mine) {
      status.textContent = status.dataset.lost;
      box.dataset.mine = "";
    } else if (news.ring) {
      attention(news.urgent ? status.dataset.urgent : status.dataset.one);
    }
  }

  // A stream ends after every look and the browser asks again; an error page (signed out, gone) is tried again later.
  function listen() {
    source = new EventSource(box.dataset.news + "?seen=" + encodeURIComponent(seen));
    source.onmessage = function (event) {
      seen = event.lastEventId;
      (box.id === "queue" ? queue : talk)(JSON.parse(event.data));
    };
    source.onerror = function () {
      if (source.readyState === EventSource.CLOSED) { window.setTimeout(listen, 5000); }
    };
  }

  if (sound) {
    sound.checked = wanted();
    sound.addEventListener("change", function () {
      window.sessionStorage.setItem("sound", sound.checked ? "yes" : "");
      beep();
    });
  }
  var text = document.getElementById("text");
  if (text) {
    text.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        text.form.requestSubmit(document.getElementById("send"));
      }
    });
  }
  document.documentElement.classList.add("has-js");
  window.addEventListener("focus", function () { document.title = title; });
  window.addEventListener("pagehide", function () { if (source) { source.close(); } });
  if (box && box.id === "items") { box.scrollTop = box.scrollHeight; }
  if (box && box.dataset.news && window.EventSource) { listen(); }
})();
