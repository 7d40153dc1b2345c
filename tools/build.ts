/**
 * `npm run build`: dist/ is the product as JavaScript with declarations, in the same folders as the sources, with the
 * files beside them that are read at run time. It is what `npm pack` ships.
 */
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryRoot, tool } from './check/tool.ts';

const dist = join(repositoryRoot, 'dist');

const project = z
  .object({ include: z.array(z.string()) })
  .parse(JSON.parse(readFileSync(join(repositoryRoot, 'tsconfig.build.json'), 'utf8')));

/** Migrations, templates, scripts: whatever stands beside the sources and is not TypeScript. */
const copyAssets = (): number => {
  const pattern = `{${project.include.join(',')}}/**/*.*`;
  const assets = globSync(pattern, { cwd: repositoryRoot }).filter(
    (path) => !/\.ts$|tsconfig\.json$|\.md$/.test(path),
  );
  for (const path of assets) cpSync(join(repositoryRoot, path), join(dist, path));
  return assets.length;
};

/** The compiler rewrites `.ts` in the imports of modules, not in those of declarations. */
const nameBuiltDeclarations = (): void => {
  for (const path of globSync('**/*.d.ts', { cwd: dist })) {
    const file = join(dist, path);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(/(from |import\()(['"])(\.[^'"]+)\.ts\2/g, '$1$2$3.js$2'));
  }
};

/** The nearest package.json tells Node that these are modules, also to a sandboxed child that sees dist/ alone. */
const nameModules = (): void => {
  const { name, version, type } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    readonly [key: string]: unknown;
  };
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ name, version, type, private: true })}\n`);
};

rmSync(dist, { recursive: true, force: true });
const findings = await tool('tsc', ['-p', 'tsconfig.build.json']);
if (findings.length > 0) {
  console.error(findings.join('\n'));
  process.exit(1);
}
const assets = copyAssets();
nameBuiltDeclarations();
nameModules();
const modules = globSync('**/*.js', { cwd: dist }).length;
console.log(`dist/: ${modules} modules with declarations, ${assets} other files`);
