// The page for lost readers is tried at three depths; the copy of this script that loads knows where the book is.
(function () {
  var found = document.currentScript.src;
  if (window.serviceEncounterFound) return;
  window.serviceEncounterFound = true;
  var base = document.createElement("base");
  base.href = new URL("../404.html", found).href;
  document.head.insertBefore(base, document.head.firstChild);
})();
