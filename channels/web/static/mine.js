/* A resident's own record: print, keep on this device only after asking for it, a list behind the # of an address. */
(function () {
  "use strict";
  var KEY = "fingerpost-record";

  function by(id) { return document.getElementById(id); }
  function kept() { try { return window.localStorage.getItem(KEY); } catch (error) { return null; } }
  function shown() { if (by("on-device")) { by("on-device").hidden = !kept(); } }

  if (by("print")) { by("print").addEventListener("click", function () { window.print(); }); }
  if (by("device")) {
    by("device").addEventListener("click", function () {
      fetch(by("device").dataset.record, { credentials: "same-origin" }).then(function (response) {
        if (!response.ok) { throw new Error("not read"); }
        return response.text();
      }).then(function (record) {
        window.localStorage.setItem(KEY, record);
        by("status").textContent = by("device").dataset.kept;
        shown();
      });
    });
  }
  if (by("forget-device")) {
    by("forget-device").addEventListener("click", function () { window.localStorage.removeItem(KEY); shown(); });
  }
  if (by("from-device") && kept()) {
    by("from-device").hidden = false;
    by("use-device").addEventListener("click", function () {
      by("record").value = kept();
      by("bring").requestSubmit();
    });
  }
  if (by("code") && window.location.hash.length > 1) {  // what stands there is never part of an address that is sent
    by("code").value = window.location.hash.slice(1);
    window.history.replaceState(null, "", window.location.pathname);
    by("code-form").requestSubmit();
  }
  shown();
})();
