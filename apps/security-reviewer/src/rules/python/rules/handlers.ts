import type { FunctionDefinition } from '../../program/program.ts';
import type { Analysis } from '../../flow/analysis.ts';

const ROUTES = /\.(?:route|get|post|put|patch|delete|errorhandler|error|view)$/;
const PAGE_FRAMEWORKS = ['flask', 'quart', 'bottle', 'sanic', 'cherrypy'];

/** Whether a framework calls the function for a request. */
export function isHandler(definition: FunctionDefinition, analysis: Analysis): boolean {
  return definition.decorators.some((decorator) => {
    const callee = decorator.kind === 'call' ? decorator.callee : decorator;
    return (
      ROUTES.test(analysis.valueOf(callee).ref) || /exception_handler$|errorhandler$/.test(analysis.valueOf(callee).ref)
    );
  });
}

/** Whether text that the function returns becomes a page: a handler of a framework that takes text for HTML. */
export function isPageHandler(definition: FunctionDefinition, analysis: Analysis): boolean {
  const isPage = definition.decorators.some(
    (decorator) =>
      decorator.kind === 'call' &&
      decorator.arguments.some(
        ({ name, value }) => name === 'response_class' && analysis.valueOf(value).ref.endsWith('HTMLResponse'),
      ),
  );
  return isPage || (analysis.importsFrom(...PAGE_FRAMEWORKS) && isHandler(definition, analysis));
}
