/** What names of entries say, and what they would do to whoever unpacks them. Pure. */
const NESTED = /\.(?:zip|jar|war|ear|apk|7z|rar|tar|t?gz|tgz|bz2|xz|zst|cab|iso|img|dmg|arj|lzh|ace)$/i;
/** What a double click runs or installs on some system. Not `.com`, which many names of web pages end in. */
const EXECUTABLE =
  /\.(?:exe|dll|sys|scr|pif|cpl|ocx|xll|msi|msp|msc|msix|appx|bat|cmd|ps1|psm1|vbs|vbe|jse|wsf|wsh|sct|hta|lnk|jar|jnlp|application|appref-ms|settingcontent-ms|library-ms|apk|dmg|reg|inf|scf|url|desktop|command)$/i;
const LONGEST_NAME = 512;

/** Why a name is not to be joined to a directory, or null. */
export function nameTrouble(name: string): 'absolute' | 'climbs' | 'nul' | null {
  if (name.includes('\0')) return 'nul';
  if (isAbsolute(name)) return 'absolute';
  return name.split(/[/\\]/).includes('..') ? 'climbs' : null;
}

/** On one system or another. */
export function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:)/.test(path);
}

/** Whether a link of this name leads out of where the archive is unpacked, whatever other links there are. */
export function targetEscapes(name: string, target: string): boolean {
  if (isAbsolute(target)) return true;
  let depth = name.split('/').filter((part) => part !== '' && part !== '.').length - 1;
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    depth += part === '..' ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

export function isNestedArchiveName(name: string): boolean {
  return NESTED.test(name);
}

export function isExecutableName(name: string): boolean {
  // Windows leaves out dots and spaces at the end.
  return EXECUTABLE.test(name.replace(/[ .]+$/, ''));
}

export function cleanName(name: string): string {
  // A lone surrogate is no text that every reader of the result could take.
  const text = name.replace(/\p{Cs}/gu, '\ufffd');
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
}
