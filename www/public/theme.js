// Runs before the first paint: a theme that was chosen earlier must not flash.
try {
  const theme = localStorage.getItem('steadfetch-demo-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage, no memory: the system decides.
}
