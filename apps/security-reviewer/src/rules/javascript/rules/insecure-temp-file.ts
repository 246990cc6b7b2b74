import { type CallSite } from '../../flow/call-site.ts';
import { knownPrefix, textOf, type Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const WRITERS =
  /^(?:fs|fs\.promises|fs-extra|graceful-fs)\.(?:writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|outputFile|outputFileSync|writeJson|writeJsonSync|open|openSync)$|^Bun\.write$/;

/** A file that others on the machine can lay in wait for. */
export const INSECURE_TEMP_FILE: DetectingRule = {
  id: 'js/insecure-temp-file',
  ...KIND_DESCRIPTIONS['insecure-temp-file'],
  fix: 'Let `fs.mkdtemp` make a folder of its own first, or put `crypto.randomUUID()` into the name and open it with `wx`.',
  weakExample:
    "import fs from 'fs';\n\nexport function save(rows) {\n  fs.writeFileSync('/tmp/export.csv', rows.join());\n}\n",
  safeExample:
    "import fs from 'fs';\nimport os from 'os';\nimport path from 'path';\n\nexport function save(rows) {\n  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'export-'));\n  fs.writeFileSync(path.join(folder, 'export.csv'), rows.join());\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      const [path] = site.positional;
      if (WRITERS.test(site.ref) && path !== undefined && !isExclusive(site) && isShared(path)) {
        yield { span: site.call.span };
      }
    }
  },
};

/** A file that must not exist yet cannot have been laid there. */
function isExclusive({ positional }: CallSite): boolean {
  return positional
    .slice(1)
    .some((value) =>
      [value, value.entries?.get('flag'), value.entries?.get('flags')].some(
        (flag) => typeof flag?.literal === 'string' && (/^[aw]x\+?$/.test(flag.literal) || flag.literal === 'r'),
      ),
    );
}

/** A fixed or countable name in a folder that everyone can write to. */
function isShared(path: Value): boolean {
  const [first] = textOf(path);
  const isFixed = typeof first === 'string';
  const isTemporary = isFixed ? /^\/(?:tmp|var\/tmp|dev\/shm)\//.test(knownPrefix(path)) : first?.ref === 'os.tmpdir()';
  if (!isTemporary) return false;
  const holes = textOf(path)
    .slice(isFixed ? 0 : 1)
    .filter((part) => typeof part !== 'string');
  // A random part makes the name safe enough.
  return holes.every(({ ref, taint }) => taint.size === 0 && !/^(?:crypto\.random|uuid|nanoid|ulid|fs\.)/.test(ref));
}
