import type { Analysis } from '../../flow/analysis.ts';
import type { FunctionDefinition } from '../../program/program.ts';

const SERVERS =
  /^(?:express|koa|fastify|hono|http|https|http2|net|@nestjs\/|@hapi\/|restify|next\/server|next\/headers|polka|fs|child_process|mongoose|mongodb|pg|mysql|knex|@koa\/|koa-|express-|crypto|path|@adonisjs|sails|elysia|jsonwebtoken|axios|undici|got|node-fetch)/;

/** Whether the file runs in a browser: it touches the page, and none of what servers are made of. */
export function isPageCode({ program, calls }: Analysis): boolean {
  if (program.functions.some((one) => runsOnServer(one))) return false;
  if (program.imports.some((path) => SERVERS.test(path) && !/^(?:axios|path)/.test(path))) return false;
  return (
    program.expressions.some(
      (expression) => expression.kind === 'name' && /^(?:document|window|localStorage|location)$/.test(expression.name),
    ) || calls.some(({ ref }) => ref.startsWith('<'))
  );
}

/** A function of a page's file that its framework calls on the server. */
function runsOnServer({ name, isExported, decorators }: FunctionDefinition): boolean {
  const isHook =
    /^(?:getServerSideProps|getStaticProps|getInitialProps|loader|load|action|GET|POST|PUT|PATCH|DELETE)$/.test(name);
  return (isExported === true && isHook) || decorators.some(({ kind }) => kind === 'literal');
}
