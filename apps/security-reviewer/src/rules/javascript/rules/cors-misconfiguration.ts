import type { Analysis } from '../../flow/analysis.ts';
import { isExposed } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText, type Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Expression, Statement } from '../../program/program.ts';
import { settingsOf } from './settings.ts';

/** Credentials for every origin. */
export const CORS_MISCONFIGURATION: DetectingRule = {
  id: 'js/cors-misconfiguration',
  ...KIND_DESCRIPTIONS['cors-misconfiguration'],
  fix: 'List the origins that are trusted, or answer without credentials.',
  weakExample:
    "import cors from 'cors';\nimport express from 'express';\n\nconst app = express();\napp.use(cors({ origin: true, credentials: true }));\n",
  safeExample:
    "import cors from 'cors';\nimport express from 'express';\n\nconst app = express();\napp.use(cors({ origin: ['https://app.example.org'], credentials: true }));\n",
  *detect(analysis) {
    for (const expression of analysis.program.expressions) {
      if (expression.kind !== 'mapping') continue;
      const value = analysis.valueOf(expression);
      const origin = expression.entries.find(({ key }) => key?.kind === 'literal' && key.value === 'origin');
      const isOpen = value.entries?.get('credentials')?.literal === true && origin !== undefined;
      if (isOpen && isEvery(value.entries?.get('origin'), origin.value)) yield { span: origin.value.span };
    }
    for (const site of analysis.calls) if (reflects(site, analysis)) yield { span: site.call.span };
    for (const { name, value, span } of settingsOf(analysis)) {
      const isHeader = /^access-control-allow-origin$/i.test(name);
      if (isHeader && isExposed(analysis.exposureOf(value, 'header'), 'remote') && isOrigin(value)) yield { span };
    }
  },
};

/** The origin of the request, handed back unseen, is every origin. */
function reflects(site: CallSite, analysis: Analysis): boolean {
  if (!/^(?:setHeader|header|set|append|writeHead)$/.test(calledName(site))) return false;
  const [name, value] = site.positional;
  if (!/^access-control-allow-origin$/i.test(constantText(name) ?? '')) return false;
  return isExposed(analysis.exposureOf(value, 'header'), 'remote');
}

function isOrigin(value: Value): boolean {
  return value.ref !== '' || value.text === undefined;
}

function isEvery(value: Value | undefined, expression: Expression): boolean {
  if (value?.literal === true || /^(?:\*|\.[*+])$/.test(constantText(value) ?? '')) return true;
  if (value?.items?.some((item) => constantText(item) === '*') === true) return true;
  return expression.kind === 'function-value' && allowsAlways(expression.definition.body);
}

/** `(origin, done) => done(null, true)`: whoever asks is let in, without a condition. */
function allowsAlways(body: readonly Statement[]): boolean {
  const [first] = body;
  if (body.length !== 1 || first === undefined) return false;
  const called = first.kind === 'expression' ? first.expression : first.kind === 'exit' ? first.value : undefined;
  if (called?.kind === 'name') return true;
  if (called?.kind !== 'call') return called?.kind === 'literal' && called.value === true;
  const given = called.arguments[1]?.value;
  return (given?.kind === 'literal' && given.value === true) || given?.kind === 'name';
}
