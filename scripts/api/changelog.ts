/** Whether the unreleased part announces a breaking change, by a line that begins with `- **Breaking**`. */
export function announcesBreakingChange(changelog: string): boolean {
  const unreleased = /^## Unreleased$(.*?)(?=^## |(?![\s\S]))/ms.exec(changelog)?.[1] ?? '';
  return /^- \*\*Breaking\*\*/m.test(unreleased);
}
