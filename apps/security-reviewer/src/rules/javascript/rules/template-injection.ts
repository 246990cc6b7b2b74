import type { CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const TEMPLATES =
  /^(?:ejs\.(?:render|compile)|pug\.(?:render|compile|compileClient)|jade\.(?:render|compile)|handlebars\.(?:compile|precompile|template)|nunjucks\.(?:renderString|compile|Template)|nunjucks\.(?:Environment|configure)\(\)\.renderString|(?:lodash|_|underscore)\.template|lodash\.template|dot\.(?:template|compile)|doT\.template|eta\.(?:render|renderString|compile)|eta\.Eta\(\)\.renderString|squirrelly\.render|swig\.(?:render|compile)|twig\.twig|mustache\.render|hogan\.compile|hogan\.js\.compile|art-template\.(?:render|compile)|liquidjs\.Liquid\(\)\.(?:parse|parseAndRender)|template7\.compile|velocityjs\.render|vue\.compile|marko\.compile)$/;

/** Text from outside that is read as a template. */
export const TEMPLATE_INJECTION: DetectingRule = {
  id: 'js/template-injection',
  ...KIND_DESCRIPTIONS['template-injection'],
  fix: 'Keep the template fixed and pass the text to it as a variable.',
  weakExample:
    "import ejs from 'ejs';\nimport express from 'express';\n\nexpress().get('/hello', (request, response) => {\n  response.json(ejs.render('Hello ' + request.query.name));\n});\n",
  safeExample:
    "import ejs from 'ejs';\nimport express from 'express';\n\nexpress().get('/hello', (request, response) => {\n  response.json(ejs.render('Hello <%= name %>', { name: request.query.name }));\n});\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      const exposure = exposureOf(site, analysis);
      if (exposure !== 'none') yield exposedAt(site.call.span, exposure);
    }
  },
};

function exposureOf(site: CallSite, analysis: Analysis): Exposure {
  if (!TEMPLATES.test(site.ref)) return 'none';
  const exposure = analysis.exposureOf(site.positional[0], 'template');
  return isExposed(exposure, 'parameter') ? exposure : 'none';
}
