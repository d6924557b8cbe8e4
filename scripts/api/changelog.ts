/** Whether what is not released yet says that something breaks: a line that begins with `- **Breaking**`. */
export function announcesBreakingChange(changelog: string): boolean {
  const unreleased = /^## Unreleased$(.*?)(?=^## |(?![\s\S]))/ms.exec(changelog)?.[1] ?? '';
  return /^- \*\*Breaking\*\*/m.test(unreleased);
}
