import { type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import type { Value } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const RUNS =
  /^(?:eval|Function|AsyncFunction|GeneratorFunction|vm\.(?:runIn\w*Context|compileFunction|Script|SourceTextModule)|vm2\.(?:VM|NodeVM)\(\)\.run|vm\.Script\(\)\.run\w*|isolated-vm\.\w+|safe-eval|static-eval|notevil|node-eval|require-from-string)$/;
const TIMERS = /^(?:setTimeout|setInterval|setImmediate|execScript)$/;

/** Text from outside that is run as JavaScript. */
export const CODE_INJECTION: DetectingRule = {
  id: 'js/code-injection',
  ...KIND_DESCRIPTIONS['code-injection'],
  title: 'Text is run as JavaScript code',
  why: '`eval`, `new Function` and the `vm` module run whatever they are given, so whoever controls the text controls the process; `vm` is no sandbox.',
  fix: 'Parse the input instead: `JSON.parse` for data, a table of allowed functions for operations.',
  weakExample: 'export function total(expression) {\n  return eval(expression);\n}\n',
  safeExample:
    'export function total(numbers) {\n  return JSON.parse(numbers).reduce((sum, number) => sum + number, 0);\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const exposure = exposureOf(site, analysis);
      if (exposure !== 'none') yield exposedAt(site.call.span, exposure);
    }
  },
};

function exposureOf(site: CallSite, analysis: Analysis): Exposure {
  const { ref } = site;
  if (RUNS.test(ref)) {
    return nearest(ref === 'Function' ? site.positional : site.positional.slice(0, 1), 'unknown', analysis);
  }
  // A text in place of a function is run; a function is only called.
  const [first] = site.positional;
  if (TIMERS.test(ref) && first !== undefined && first.definition === undefined) {
    return nearest([first], first.text === undefined ? 'remote' : 'parameter', analysis);
  }
  // A module of the client's choice runs when it is loaded.
  if (ref === 'require' || ref === 'import') return nearest(site.positional.slice(0, 1), 'remote', analysis);
  return 'none';
}

function nearest(values: readonly Value[], least: Exposure, analysis: Analysis): Exposure {
  let found: Exposure = 'none';
  for (const value of values) {
    const exposure = analysis.exposureOf(value, 'code');
    if (isExposed(exposure, least) && isExposed(exposure, found)) found = exposure;
  }
  return found;
}
