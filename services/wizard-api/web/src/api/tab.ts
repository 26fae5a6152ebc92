/** What this tab of the browser keeps over a reload; where it keeps nothing, the page works all the same. */

export function recall(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // switched off
  }
}

export function keep(key: string, text: string): void {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    return; // switched off, or full
  }
}
