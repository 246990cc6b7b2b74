import { calledName, type CallSite } from '../../flow/call-site.ts';
import { familySet } from '../../flow/taint.ts';
import { cleaned, constantText, derived, joinAll, valueWith, type Value } from '../../flow/value.ts';

const COMPILERS =
  /^(?:handlebars\.compile|ejs\.compile|pug\.compile|jade\.compile|nunjucks\.compile|mustache\.compile|hogan\.js\.compile|lodash\.template|_\.template|underscore\.template|dot\.template|eta\.compile)$/;
const RENDERERS =
  /^(?:ejs\.render|pug\.render|jade\.render|nunjucks\.renderString|mustache\.render|eta\.renderString|eta\.Eta\(\)\.renderString|liquidjs\.Liquid\(\)\.parseAndRender)$/;
/** Marks that put a value into the page as it is, in the engines in use. */
const RAW: Readonly<Record<string, RegExp>> = {
  handlebars: /\{\{\{|\{\{&/,
  mustache: /\{\{\{|\{\{&/,
  'hogan.js': /\{\{\{|\{\{&/,
  ejs: /<%-/,
  eta: /<%~/,
  pug: /!\{|!=/,
  jade: /!\{|!=/,
  nunjucks: /\|\s*safe\b/,
  lodash: /<%=/,
  _: /<%=/,
  underscore: /<%=/,
  dot: /\{\{=/,
};

/** Result of compiling or filling a template; nothing where the call does neither. */
export function templateResult(site: CallSite): Value | undefined {
  if (COMPILERS.test(site.ref) && site.callee.text === undefined) {
    const [template] = site.positional;
    return valueWith({ ref: `${site.ref}()`, text: template?.text });
  }
  const engine = site.ref.replace(/\(\).*$/, '').replace(/\.[A-Za-z]+$/, '');
  if (RENDERERS.test(site.ref)) {
    const [template, ...data] = site.positional;
    return filled(engine, constantText(template), data, site);
  }
  if (/\(\)(?:\.render)?$/.test(site.ref) && COMPILERS.test(site.ref.replace(/\(\)(?:\.render)?$/, ''))) {
    const template = calledName(site) === 'render' ? site.receiver : site.callee;
    return filled(engine, constantText(template), site.positional, site);
  }
  return undefined;
}

/** What is put in raw stays as it is; the rest is escaped. A template that is not seen is taken for one that escapes. */
function filled(engine: string, template: string | undefined, data: readonly Value[], site: CallSite): Value {
  const result = derived(joinAll(data), `${site.ref}()`);
  const isRaw = template !== undefined && (RAW[engine]?.test(template) ?? false);
  return isRaw ? result : cleaned(result, familySet('html'));
}
