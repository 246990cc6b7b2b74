import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';

const RUNNERS =
  /(?:ScriptEngine|getEngineByName\(\)|getEngineByExtension\(\)|NashornScriptEngine)\S*\.(?:eval|compile)$|^ScriptEngine\(\)\.(?:eval|compile)$|(?:SpelExpressionParser|ExpressionParser)\(\)\.(?:parseExpression|parseRaw)$|^GroovyShell\(\)\.(?:evaluate|parse|run)$|^GroovyClassLoader\(\)\.parseClass$|^Eval\.(?:me|x)$|^Ognl\.(?:getValue|parseExpression|setValue)$|^MVEL\.(?:eval|compileExpression|executeExpression)$|^(?:JexlEngine|JexlBuilder)\S*\.(?:createExpression|createScript)$|^(?:ExpressionFactory\(\)|ELProcessor\(\))\.(?:createValueExpression|eval)$|^Interpreter\(\)\.eval$|^Context\.create\(\)\.eval$|^ScriptEvaluator\(\)\.\w+$|^AviatorEvaluator\.execute$/;

/** Text from outside that is run as code. */
export const CODE_INJECTION: DetectingRule = siteRule(
  {
    id: 'java/code-injection',
    ...KIND_DESCRIPTIONS['code-injection'],
    fix: 'Offer a fixed set of operations and choose among them; where an expression must be, evaluate it with `SimpleEvaluationContext`.',
    weakExample:
      'import javax.script.*;\n\nclass Script {\n  Object run(String code) throws ScriptException {\n    return new ScriptEngineManager().getEngineByName("js").eval(code);\n  }\n}\n',
    safeExample:
      'import javax.script.*;\n\nclass Script {\n  Object run() throws ScriptException {\n    return new ScriptEngineManager().getEngineByName("js").eval("1 + 1");\n  }\n}\n',
  },
  (site, analysis) =>
    RUNNERS.test(site.ref) ? exposed(site, site.positional.slice(0, 1), 'code', 'parameter', analysis) : undefined,
);
