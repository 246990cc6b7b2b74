import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, knownPrefix, textOf, type Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const NAMERS = /^(?:tempfile\.mktemp|os\.(?:tempnam|tmpnam))$/;
const WRITERS = /^(?:write_text|write_bytes|touch)$/;

/** A file that others on the machine can lay in wait for. */
export const INSECURE_TEMP_FILE: DetectingRule = {
  id: 'py/insecure-temp-file',
  ...KIND_DESCRIPTIONS['insecure-temp-file'],
  fix: 'Let `tempfile.NamedTemporaryFile`, `mkstemp` or `TemporaryDirectory` make the name and open the file in one step.',
  weakExample: 'def save(rows):\n    with open("/tmp/export.csv", "w") as file:\n        file.writelines(rows)\n',
  safeExample:
    'import tempfile\n\ndef save(rows):\n    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as file:\n        file.writelines(rows)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const path = writtenPath(site);
      if (NAMERS.test(site.ref) || (path !== undefined && isSharedFolder(path))) yield { span: site.call.span };
    }
  },
};

/** Path of the file that the call creates or overwrites. */
function writtenPath(site: CallSite): Value | undefined {
  const name = calledName(site);
  if (site.ref === 'open' || site.ref === 'io.open' || site.ref === 'codecs.open') {
    const mode = constantText(argumentOf(site, 1, 'mode')) ?? 'r';
    return /[wa]/.test(mode) ? argumentOf(site, 0, 'file') : undefined;
  }
  if (WRITERS.test(name)) return site.receiver;
  const isOpen = name === 'open' && site.receiver?.ref === 'pathlib.Path()';
  return isOpen && /[wa]/.test(constantText(site.positional[0]) ?? '') ? site.receiver : undefined;
}

/** A fixed or countable name in a folder that everyone can write to. */
function isSharedFolder(path: Value): boolean {
  const [first] = textOf(path);
  const isTemporary =
    typeof first === 'string'
      ? /^\/(?:tmp|var\/tmp|dev\/shm)\//.test(knownPrefix(path))
      : first?.ref === 'tempfile.gettempdir()';
  if (!isTemporary) return false;
  const holes = textOf(path)
    .slice(typeof first === 'string' ? 0 : 1)
    .filter((part) => typeof part !== 'string');
  // A random part makes the name safe enough.
  return holes.every(({ ref }) => !/^(?:uuid\.uuid4|secrets\.|tempfile\.mkd|os\.urandom)/.test(ref));
}
