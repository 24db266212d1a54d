/* Talking without reloading. The form is complete without this; whenever anything is odd here, it is simply sent. */
(function () {
  "use strict";
  var form = document.getElementById("say");
  var box = document.getElementById("message");
  var send = document.getElementById("send");
  var log = document.getElementById("log");
  var waiting = document.getElementById("waiting");
  var status = document.getElementById("status");
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  var busy = false;
  var plain = false;
  var timer = 0;

  if (!window.fetch || !window.FormData || !form.requestSubmit) { return; }

  function wait(text) {
    busy = true;
    send.setAttribute("aria-disabled", "true");
    document.body.classList.add("is-waiting");
    waiting.querySelector("p").textContent = text;
    waiting.hidden = false;
    waiting.scrollIntoView({ block: "nearest" });
    timer = window.setTimeout(function () { status.textContent = form.dataset.thinking; }, 1000);
  }

  function rest() {
    busy = false;
    window.clearTimeout(timer);
    send.removeAttribute("aria-disabled");
    document.body.classList.remove("is-waiting");
    waiting.hidden = true;
    status.textContent = "";
  }

  // The whole form again, the ordinary way: the server drops it if it was heard the first time.
  function sendPlainly(text) {
    plain = true;
    rest();
    box.value = text;
    form.submit();
  }

  function show(piece) {
    if (piece.go) {
      window.location.assign(piece.go);
      return;
    }
    var old = log.querySelectorAll(".choices");
    for (var i = 0; i < old.length; i += 1) { old[i].remove(); }
    document.body.classList.add("is-talking");
    document.body.classList.toggle("is-danger", piece.danger);
    rest();
    log.insertAdjacentHTML("beforeend", piece.html);
    form.elements.reference.value = piece.reference;
    document.querySelector("label[for=message]").textContent = form.dataset.again;
    document.getElementById(piece.answer).scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  }

  function post(text, body) {
    var stop = new AbortController();
    var late = window.setTimeout(function () { stop.abort(); }, 20000);
    return fetch(form.action, {
      method: "POST",
      body: body,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "error",
      signal: stop.signal
    }).then(function (response) {
      if (!response.ok) { throw new Error("not answered"); }
      return response.json();
    }).then(show).catch(function () {
      sendPlainly(text);
    }).finally(function () {
      window.clearTimeout(late);
    });
  }

  form.addEventListener("submit", function (event) {
    if (event.submitter && event.submitter.hasAttribute("formaction")) {  // not a message: goes the ordinary way
      if (busy) { event.preventDefault(); }
      return;
    }
    var tapped = event.submitter && event.submitter.name === "choice" ? event.submitter.value : "";
    var text = tapped || box.value.trim();
    if (plain || (!text && !busy)) { return; }  // an empty box: the server says so kindly
    event.preventDefault();
    if (busy) { return; }
    var body = new URLSearchParams(new FormData(form));
    body.set("message", text);
    if (!tapped) { box.value = ""; }
    wait(text);
    // On a phone a tap must not bring the keyboard up over the answer; a box that has the focus keeps it.
    if (!window.matchMedia("(hover: none) and (pointer: coarse)").matches) { box.focus({ preventScroll: true }); }
    post(text, body);
  });

  box.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit(send);
    }
  });

  var print = document.getElementById("print");
  if (print) { print.addEventListener("click", function () { window.print(); }); }

  // After a plain send the newest answer is where the address points; show its start whatever the browser kept.
  if (window.location.hash.indexOf("#answer-") === 0) {
    var target = document.getElementById(window.location.hash.slice(1));
    if (target) { target.scrollIntoView({ block: "start" }); }
  }
})();
