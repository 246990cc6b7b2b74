import type { DetectingRule } from '../../detection.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { calledName } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { contains } from '../../knowledge/naming.ts';
import { placeOf } from '../../flow/place.ts';
import type { FunctionDefinition, Span } from '../../program/program.ts';

/** A listener for messages that believes any of them. */
export const MISSING_ORIGIN_CHECK: DetectingRule = {
  id: 'js/missing-origin-check',
  ...KIND_DESCRIPTIONS['missing-origin-check'],
  fix: 'Compare `event.origin` with the origins that are expected before reading `event.data`.',
  weakExample: "window.addEventListener('message', (event) => {\n  apply(event.data);\n});\n",
  safeExample:
    "window.addEventListener('message', (event) => {\n  if (event.origin !== 'https://app.example.org') return;\n  apply(event.data);\n});\n",
  *detect(analysis) {
    for (const { definition, span } of listeners(analysis)) {
      if (
        reads(definition, 'data', analysis) &&
        !reads(definition, 'origin', analysis) &&
        !reads(definition, 'source', analysis)
      ) {
        yield { span };
      }
    }
  },
};

function* listeners(analysis: Analysis): Generator<{ definition: FunctionDefinition; span: Span }> {
  for (const site of analysis.calls) {
    const isWindow = site.receiver === undefined || /^(?:window|self|globalThis)$/.test(site.receiver.ref);
    if (calledName(site) !== 'addEventListener' || !isWindow || constantText(site.positional[0]) !== 'message') {
      continue;
    }
    const handler = site.positional[1]?.definition;
    if (handler?.kind === 'function') yield { definition: handler.definition, span: site.call.span };
  }
  for (const { targets, value, span } of analysis.program.assignments) {
    const isWindow = targets.some(
      (target) => placeOf(target) === 'window.onmessage' || placeOf(target) === 'onmessage',
    );
    if (isWindow && value.kind === 'function-value') yield { definition: value.definition, span };
  }
}

/** Whether the function reads the property of its event, taken apart or not. */
function reads(definition: FunctionDefinition, property: string, analysis: Analysis): boolean {
  return analysis.program.expressions.some(
    (expression) =>
      expression.kind === 'member' && expression.property === property && contains(definition.span, expression.span),
  );
}
