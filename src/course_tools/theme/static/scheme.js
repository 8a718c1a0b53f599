// Runs before the first paint, so that a reader who chose dark never sees a white flash.
(function () {
  var root = document.documentElement;
  root.dataset.scripts = "";
  if (location.protocol !== "file:") root.dataset.online = "";
  try {
    var chosen = localStorage.getItem("service-encounter.scheme");
    if (chosen === "light" || chosen === "dark") root.dataset.scheme = chosen;
  } catch (refused) {
    // Storage can be forbidden; the device's own scheme then holds.
  }
})();
