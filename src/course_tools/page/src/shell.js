export function startShell() {}
