export function startLessons() {}
