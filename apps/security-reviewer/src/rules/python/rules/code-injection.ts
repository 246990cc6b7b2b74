import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import { exposedAt, type Detection, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const RUNS = /^(?:(?:builtins|__builtin__|six\.moves\.builtins)\.)?(?:eval|exec|execfile)$/;
const COMPILE = /^(?:builtins\.)?compile$/;

/** What runs its argument as code, with how near to the outside the argument must come from to be reported. */
const SINKS: readonly { readonly ref: RegExp; readonly argument: number; readonly least: Exposure }[] = [
  { ref: RUNS, argument: 0, least: 'unknown' },
  { ref: /^(?:pandas|numexpr|asteval|sympy)\.(?:eval|evaluate|sympify|parse_expr)$/, argument: 0, least: 'parameter' },
  { ref: /^timeit\.(?:timeit|repeat)$/, argument: 0, least: 'parameter' },
  {
    ref: /^code\.Interactive(?:Interpreter|Console)\(\)\.(?:runsource|runcode|push)$/,
    argument: 0,
    least: 'parameter',
  },
  { ref: /^runpy\.run_(?:path|module)$/, argument: 0, least: 'remote' },
];

/** Text from outside that is run as Python. */
export const CODE_INJECTION: DetectingRule = {
  id: 'py/code-injection',
  ...KIND_DESCRIPTIONS['code-injection'],
  title: 'Text is run as Python code',
  why: '`eval` and `exec` run whatever they are given, so whoever controls the text controls the process. Emptying `__builtins__` does not prevent it.',
  fix: 'Parse the input instead: `ast.literal_eval` for literals, `json.loads` for data, a table of allowed functions for operations.',
  weakExample: 'def total(expression):\n    return eval(expression)\n',
  safeExample: 'import ast\n\ndef total(expression):\n    return ast.literal_eval(expression)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const found = sinkDetection(site, analysis);
      if (found !== undefined) yield found;
    }
    yield* compiled(analysis);
  },
};

function sinkDetection(site: CallSite, analysis: Analysis): Detection | undefined {
  const sink = SINKS.find(({ ref }) => ref.test(site.ref)) ?? frameSink(site, analysis);
  if (sink === undefined) return undefined;
  const exposure = analysis.exposureOf(argumentOf(site, sink.argument), 'code');
  return isExposed(exposure, sink.least) ? exposedAt(site.call.span, exposure) : undefined;
}

/** `frame.query` and `frame.eval` evaluate an expression that can reach any object. */
function frameSink(site: CallSite, analysis: Analysis): (typeof SINKS)[number] | undefined {
  const isFrame =
    site.receiver !== undefined && /^(?:query|eval)$/.test(calledName(site)) && analysis.importsFrom('pandas');
  return isFrame ? { ref: RUNS, argument: 0, least: 'remote' } : undefined;
}

/** `compile` of text from outside, in a file that does not run what it gives: where it does, that is reported. */
function* compiled(analysis: Analysis): Generator<Detection> {
  const isRunHere = analysis.calls.some((site) => RUNS.test(site.ref) && argumentOf(site, 0)?.ref === 'compile()');
  if (isRunHere) return;
  for (const site of analysis.calls) {
    if (!COMPILE.test(site.ref)) continue;
    const exposure = analysis.exposureOf(argumentOf(site, 0, 'source'), 'code');
    if (isExposed(exposure, 'parameter')) yield exposedAt(site.call.span, exposure);
  }
}
