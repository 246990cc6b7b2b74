import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import { annotationName } from '../model/parameters.ts';

/** What helps developers, open to all. */
export const DEBUG_ENABLED: DetectingRule = {
  id: 'java/debug-enabled',
  ...KIND_DESCRIPTIONS['debug-enabled'],
  fix: 'Leave debugging off in what is shipped.',
  weakExample:
    'import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;\n\n@EnableWebSecurity(debug = true)\nclass Security {}\n',
  safeExample:
    'import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;\n\n@EnableWebSecurity\nclass Security {}\n',
  *detect(analysis) {
    for (const { decorators } of analysis.program.classes) {
      for (const decorator of decorators) {
        if (decorator.kind !== 'call' || annotationName(decorator) !== 'EnableWebSecurity') continue;
        const isOn = decorator.arguments.some(
          ({ name, value }) => name === 'debug' && value.kind === 'literal' && value.value === true,
        );
        if (isOn) yield { span: decorator.span };
      }
    }
    for (const site of analysis.calls) {
      if (
        /^(?:setDebug|debug|setDevelopmentMode|enableDevLogging|setShowSql)$/.test(calledName(site)) &&
        site.positional[0]?.literal === true &&
        site.receiver !== undefined
      ) {
        yield { span: site.call.span };
      }
      const property = constantText(site.positional[0]) ?? '';
      const isActuator =
        /^(?:setProperty|put)$/.test(calledName(site)) && property === 'management.endpoints.web.exposure.include';
      if (isActuator && constantText(site.positional[1]) === '*') yield { span: site.call.span };
    }
  },
};
