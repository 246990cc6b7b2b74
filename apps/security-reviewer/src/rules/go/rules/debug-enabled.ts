import type { DetectingRule } from '../../detection.ts';
import { constantText } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { settingsOf } from './settings.ts';

/** What helps developers, open to all. */
export const DEBUG_ENABLED: DetectingRule = {
  id: 'go/debug-enabled',
  ...KIND_DESCRIPTIONS['debug-enabled'],
  fix: 'Leave debugging off in what is shipped; serve profiles on an address of the machine itself.',
  weakExample:
    'package main\n\nimport (\n\t"net/http"\n\t_ "net/http/pprof"\n)\n\nfunc main() {\n\thttp.ListenAndServe(":6060", nil)\n}\n',
  safeExample:
    'package main\n\nimport (\n\t"net/http"\n\t_ "net/http/pprof"\n)\n\nfunc main() {\n\thttp.ListenAndServe("127.0.0.1:6060", nil)\n}\n',
  *detect(analysis) {
    const hasProfiles = analysis.importsFrom('net/http/pprof');
    for (const site of analysis.calls) {
      const { ref, positional } = site;
      if (
        ref === 'gin.SetMode' &&
        (positional[0]?.ref === 'gin.DebugMode' || constantText(positional[0]) === 'debug')
      ) {
        yield { span: site.call.span };
      }
      if (/^pprof\.Register$/.test(ref)) yield { span: site.call.span };
      const isHandler =
        /\.(?:HandleFunc|Handle|GET|Get)$/.test(ref) && (constantText(positional[0]) ?? '').startsWith('/debug/');
      if (isHandler && (positional[1]?.ref ?? '').startsWith('net/http/pprof.')) yield { span: site.call.span };
      const isOpen =
        /^net\/http\.ListenAndServe(?:TLS)?$/.test(ref) && positional.some(({ literal }) => literal === null);
      if (isOpen && hasProfiles && !/^(?:127\.|localhost|\[::1\]|$)/.test(constantText(positional[0]) ?? '')) {
        yield { span: site.call.span };
      }
    }
    for (const { name, value, span, owner } of settingsOf(analysis)) {
      const isEcho = name === 'Debug' && /^(?:echo|beego|revel|web)\b/.test(owner);
      if (isEcho && value.literal === true) yield { span };
    }
  },
};
