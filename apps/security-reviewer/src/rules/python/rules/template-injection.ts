import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis, type Exposure } from '../../flow/analysis.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const TEMPLATES =
  /(?:^|\.)render_template_string$|^(?:jinja2|mako\.template|django\.template|tornado\.template|chameleon|bottle)\.(?:Template|SimpleTemplate|PageTemplate|template)$|^jinja2\.(?:sandbox\.)?Environment\(\)\.from_string$|^(?:.*\.)?jinja_env\.from_string$|^django\.template\.engines\[\]\.from_string$|^airspeed\.Template$/;

/** Text from outside that is read as a template. */
export const TEMPLATE_INJECTION: DetectingRule = {
  id: 'py/template-injection',
  ...KIND_DESCRIPTIONS['template-injection'],
  fix: 'Keep the template fixed and pass the text to it as a variable.',
  weakExample:
    'from flask import Flask, render_template_string, request\n\napp = Flask(__name__)\n\n@app.get("/hello")\ndef hello():\n    return render_template_string("Hello " + request.args["name"])\n',
  safeExample:
    'from flask import Flask, render_template_string, request\n\napp = Flask(__name__)\n\n@app.get("/hello")\ndef hello():\n    return render_template_string("Hello {{ name }}", name=request.args["name"])\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const exposure = exposureOf(site, analysis);
      if (exposure !== 'none') yield exposedAt(site.call.span, exposure);
    }
  },
};

function exposureOf(site: CallSite, analysis: Analysis): Exposure {
  const isTemplate = TEMPLATES.test(site.ref) || (calledName(site) === 'from_string' && analysis.importsFrom('jinja2'));
  if (!isTemplate) return 'none';
  const exposure = analysis.exposureOf(argumentOf(site, 0, 'source'), 'template');
  return isExposed(exposure, 'parameter') ? exposure : 'none';
}
