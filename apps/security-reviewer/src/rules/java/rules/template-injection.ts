import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';

const SINKS =
  /^(?:Template|Velocity\.evaluate|VelocityEngine\(\)\.evaluate|StringTemplateLoader\(\)\.putTemplate|Handlebars\(\)\.compileInline|StringTemplateResourceRepository\(\)\.putStringResource|MustacheFactory\(\)\.compile|Jinjava\(\)\.render|RuntimeSingleton\.parse|PebbleEngine\(\)\.getLiteralTemplate|Mustache\.compiler\(\)\.compile|ST)$/;

/** Text from outside that is parsed as a template. */
export const TEMPLATE_INJECTION: DetectingRule = siteRule(
  {
    id: 'java/template-injection',
    ...KIND_DESCRIPTIONS['template-injection'],
    fix: 'Parse templates of the program alone, and hand the text to them as data.',
    weakExample:
      'import freemarker.template.*;\nimport java.io.*;\n\nclass Page {\n  Template page(String source, Configuration configuration) throws IOException {\n    return new Template("page", new StringReader(source), configuration);\n  }\n}\n',
    safeExample:
      'import freemarker.template.*;\nimport java.io.*;\n\nclass Page {\n  Template page(Configuration configuration) throws IOException {\n    return configuration.getTemplate("page.ftl");\n  }\n}\n',
  },
  (site, analysis) =>
    SINKS.test(site.ref) ? exposed(site, site.positional, 'template', 'parameter', analysis) : undefined,
);
