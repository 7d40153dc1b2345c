/**
 * Every kind has a page, docs/kinds/<kind>.md, and a JSON Schema beside it. The first half of the page is written by
 * hand; the rest and the schema must say what the code says.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInKinds } from '../../client/built-in-kinds.ts';
import { describeKind, type KindDescription } from '../../client/index.ts';
import { GENERATED, generatedPart, schemaFile } from './kind-page.ts';
import { type Findings, repositoryRoot } from './tool.ts';

const folder = 'docs/kinds';
/** A sentence or two: less says nothing of a kind. */
const LEAST_CHARACTERS = 200;

const described = (): readonly KindDescription[] => builtInKinds.map(describeKind);

export function kindDocsAgree(): Findings {
  return described().flatMap((kind) => {
    const [page, schema] = [textOf(`${kind.kind}.md`), textOf(`${kind.kind}.schema.json`)];
    const stale = page !== pageOf(kind, page) || schema !== schemaFile(kind);
    return [
      ...(handWritten(page).length < LEAST_CHARACTERS
        ? [`${folder}/${kind.kind}.md: say above the generated part what the kind finds, and by which rules`]
        : []),
      ...(stale
        ? [`${folder}/${kind.kind}.*: not what the code says; run npm run check -- --write-docs`]
        : []),
    ];
  });
}

/** Keeps what is written by hand. */
export function writeKindDocs(): void {
  mkdirSync(join(repositoryRoot, folder), { recursive: true });
  for (const kind of described()) {
    writeFileSync(pathOf(`${kind.kind}.md`), pageOf(kind, textOf(`${kind.kind}.md`)));
    writeFileSync(pathOf(`${kind.kind}.schema.json`), schemaFile(kind));
  }
}

function pageOf(kind: KindDescription, page: string): string {
  return `${handWritten(page) || `# ${kind.title}`}\n\n${generatedPart(kind)}`;
}

function handWritten(page: string): string {
  return (page.split(GENERATED)[0] ?? '').trim();
}

function textOf(name: string): string {
  return existsSync(pathOf(name)) ? readFileSync(pathOf(name), 'utf8') : '';
}

function pathOf(name: string): string {
  return join(repositoryRoot, folder, name);
}
