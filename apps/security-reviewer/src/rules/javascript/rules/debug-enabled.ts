import type { CallSite } from '../../flow/call-site.ts';
import { placeOf } from '../../flow/place.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import type { Statement } from '../../program/program.ts';
import { optionOf, settingsOf } from './settings.ts';

const SERVERS =
  /(?:^|\.)(?:ApolloServer|GraphQLServer|createYoga|createHandler|graphqlHTTP|express-graphql|mercurius|koa-graphql)(?:\.\w+)?$/;

/** A debugger or debug pages in a program that serves others. */
export const DEBUG_ENABLED: DetectingRule = {
  id: 'js/debug-enabled',
  ...KIND_DESCRIPTIONS['debug-enabled'],
  fix: 'Turn such pages on from the environment of a developer’s machine alone.',
  weakExample:
    "import express from 'express';\nimport errorhandler from 'errorhandler';\n\nconst app = express();\napp.use(errorhandler());\n",
  safeExample:
    "import express from 'express';\nimport errorhandler from 'errorhandler';\n\nconst app = express();\nif (process.env.NODE_ENV === 'development') {\n  app.use(errorhandler());\n}\n",
  *detect(analysis) {
    const guarded = guardedLines(analysis.program.body);
    for (const site of analysis.calls) {
      const isGuarded = guarded.some(([from, to]) => from <= site.call.span.line && site.call.span.line <= to);
      if (!isGuarded && opensDebugging(site)) yield { span: site.call.span };
    }
    for (const { name, value, owner, span } of settingsOf(analysis)) {
      const isEnvironment = name === 'NODE_ENV' && owner !== undefined && placeOf(owner) === 'process.env';
      if (isEnvironment && constantText(value) === 'development') yield { span };
    }
  },
};

function opensDebugging(site: CallSite): boolean {
  if (/^errorhandler$/.test(site.ref)) return true;
  if (site.ref === 'inspector.open') {
    return !/^(?:127\.|localhost)/.test(constantText(site.positional[1]) ?? 'localhost');
  }
  if (/(?:^|\.)express\.errorHandler$/.test(site.ref)) return optionOf(site, 'dumpExceptions')?.literal === true;
  const isSet = site.ref.endsWith('.set') && constantText(site.positional[0]) === 'env';
  if (isSet) return constantText(site.positional[1]) === 'development';
  const options = ['debug', 'playground', 'graphiql', 'includeStacktraceInErrorResponses'];
  return SERVERS.test(site.ref) && options.some((name) => optionOf(site, name)?.literal === true);
}

/** Lines that run only where a condition on the environment holds. */
function guardedLines(body: readonly Statement[]): [number, number][] {
  return body.flatMap((statement): [number, number][] =>
    statement.kind === 'if' ? [[statement.span.line, statement.span.endLine]] : [],
  );
}
