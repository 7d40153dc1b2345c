/** How an entity is shown: enough to recognise it if one has the text, too little to use it otherwise. */
import type { EntityKind } from './entity-shapes.ts';

/** Says who somebody is, or how to reach or pay them. A link may hold any of it. */
export const PERSONAL: ReadonlySet<EntityKind> = new Set([
  'email',
  'phone',
  'iban',
  'credit_card',
  'ip_address',
  'us_ssn',
]);

/** What stands for a private entity in keywords, n-grams and summaries. */
export const hiddenText = (kind: EntityKind): string => `[${kind}]`;

export function masked(kind: EntityKind, text: string): string {
  switch (kind) {
    case 'email':
      return maskedEmail(text);
    case 'url':
      return maskedUrl(text);
    case 'iban':
      return `${text.slice(0, 2)}** **** ${text.replaceAll(/[^A-Z0-9]/g, '').slice(-2)}`;
    case 'credit_card':
    case 'us_ssn':
    case 'phone':
      return maskedDigits(text, kind === 'phone' ? 2 : 4);
    case 'ip_address':
      return text.includes(':') ? `${text.slice(0, text.indexOf(':'))}:*` : `${text.split('.')[0]}.*.*.*`;
    default:
      return text;
  }
}

function maskedEmail(text: string): string {
  const at = text.lastIndexOf('@');
  const domain = text.slice(at + 1);
  return `${firstOf(text)}***@${firstOf(domain)}***${domain.slice(domain.lastIndexOf('.'))}`;
}

const firstOf = (text: string): string => [...text][0] ?? '';

/** Paths, queries and user names are where the secrets are. */
function maskedUrl(text: string): string {
  const match = /^([A-Za-z][A-Za-z0-9+.-]{0,19}:\/\/)?([^/?#]*)(.*)$/s.exec(text);
  const authority = match?.[2] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1).slice(0, 100);
  const shown = /^\d{1,3}(?:\.\d{1,3}){3}/.test(host) || host.startsWith('[') ? '*' : host;
  return `${match?.[1] ?? ''}${shown}${match?.[3] ? '/…' : ''}`;
}

function maskedDigits(text: string, shown: number): string {
  const digits = text.replace(/\D/g, '').length;
  let seen = 0;
  return text.replace(/\d/g, (digit) => {
    seen += 1;
    return seen > digits - shown ? digit : '*';
  });
}
