// Only in previews: load the page anew once it was built anew.
let shown = null;
setInterval(async () => {
  const answer = await fetch("/preview-version").catch(() => null); // the preview has ended
  const version = answer && answer.ok ? await answer.text() : shown;
  if (shown !== null && version !== shown) location.reload();
  shown = version;
}, 300);
