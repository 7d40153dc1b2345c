/** robots.txt, as RFC 9309 says, for everybody (`*`): the longest rule that fits a path counts, and allow wins a tie. */
export interface Rules {
  readonly allow: readonly string[];
  readonly disallow: readonly string[];
}

export function parseRobots(text: string): Rules {
  const allow: string[] = [];
  const disallow: string[] = [];
  let forUs = false;
  let inAgents = false;
  for (const line of text.split(/\r?\n/)) {
    const [name = '', ...rest] = line.replace(/#.*/, '').split(':');
    const [field, value] = [name.trim().toLowerCase(), rest.join(':').trim()];
    if (field === 'user-agent') {
      forUs = (inAgents && forUs) || value === '*';
      inAgents = true;
      continue;
    }
    if (field === '') continue;
    inAgents = false;
    if (!forUs || value === '') continue;
    if (field === 'allow') allow.push(value);
    if (field === 'disallow') disallow.push(value);
  }
  return { allow, disallow };
}

export function isAllowed(path: string, { allow, disallow }: Rules): boolean {
  return longest(allow, path) >= longest(disallow, path);
}

/** Length of the longest rule that fits; 0: none does. */
function longest(rules: readonly string[], path: string): number {
  return Math.max(0, ...rules.filter((rule) => fits(rule, path)).map((rule) => rule.length));
}

/** `*` stands for anything, `$` at the end for the end. Without a regular expression: the rules are a stranger's. */
function fits(rule: string, path: string): boolean {
  const anchored = rule.endsWith('$');
  const [first = '', ...parts] = (anchored ? rule.slice(0, -1) : rule).split('*');
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = anchored ? parts.pop() : undefined;
  for (const part of parts) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  if (!anchored) return true;
  if (last === undefined) return at === path.length;
  return path.length - last.length >= at && path.endsWith(last);
}
