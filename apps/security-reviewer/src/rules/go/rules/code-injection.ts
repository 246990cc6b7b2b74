import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';

const RUNNERS =
  /^(?:goja\.New\(\)\.(?:RunString|RunScript)|goja\.Compile|otto\.New\(\)\.(?:Run|Eval)|lua\.NewState\(\)\.(?:DoString|LoadString)|interp\.New\(\)\.Eval|expr\.(?:Eval|Compile)|govaluate\.NewEvaluableExpression\w*|gval\.Evaluate|tengo\.NewScript|starlark\.ExecFile|anko\w*\.Execute|vm\.Execute|plugin\.Open|cel\.NewEnv\(\)\.(?:Compile|Parse))$/;

/** Text from outside that is run as code. */
export const CODE_INJECTION: DetectingRule = siteRule(
  {
    id: 'go/code-injection',
    ...KIND_DESCRIPTIONS['code-injection'],
    fix: 'Offer a fixed set of operations and choose among them; run no text and load no plugin that comes from outside.',
    weakExample:
      'package script\n\nimport (\n\t"net/http"\n\n\t"github.com/dop251/goja"\n)\n\nfunc Run(w http.ResponseWriter, r *http.Request) {\n\tgoja.New().RunString(r.FormValue("script"))\n}\n',
    safeExample:
      'package script\n\nimport (\n\t"net/http"\n\n\t"github.com/dop251/goja"\n)\n\nfunc Run(w http.ResponseWriter, r *http.Request) {\n\tgoja.New().RunString("1 + 1")\n}\n',
  },
  (site, analysis) =>
    RUNNERS.test(site.ref) ? exposed(site, site.positional, 'code', 'parameter', analysis) : undefined,
);
