/** Title and links of a page, in one pass over its tags; what stands in scripts, styles and comments is no link. */
export interface Outline {
  readonly title: string | null;
  /** As written in the page. */
  readonly links: readonly string[];
}

const TITLE_MOST = 200;
const LINKS_MOST = 5_000;

export function outlineOf(html: string): Outline {
  const links: string[] = [];
  let title: string | null = null;
  let at = 0;
  while (at < html.length && links.length < LINKS_MOST) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    if (html.startsWith('<!--', open)) {
      at = after(html, '-->', open + 4);
      continue;
    }
    const close = html.indexOf('>', open);
    if (close < 0) break;
    const tag = html.slice(open + 1, Math.min(close, open + 4_000));
    const name = /^[a-z0-9]+/i.exec(tag)?.[0].toLowerCase() ?? '';
    at = close + 1;
    if (name === 'a' || name === 'area') links.push(...attribute(tag, 'href'));
    if (name === 'title' && title === null) title = textUpTo(html, '</title', at);
    if (name === 'script' || name === 'style') at = after(html, `</${name}`, at);
  }
  return { title, links };
}

function attribute(tag: string, name: string): readonly string[] {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value === undefined ? [] : [decode(value.trim())];
}

function textUpTo(html: string, end: string, from: number): string | null {
  const to = html.toLowerCase().indexOf(end, from);
  const text = html
    .slice(from, to < 0 ? from + TITLE_MOST : to)
    .replace(/\s+/g, ' ')
    .trim();
  return text === '' ? null : decode(text).slice(0, TITLE_MOST);
}

function after(html: string, end: string, from: number): number {
  const found = html.toLowerCase().indexOf(end, from);
  return found < 0 ? html.length : found + end.length;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
    const code = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
