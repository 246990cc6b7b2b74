import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName } from '../../flow/call-site.ts';
import type { FunctionDefinition, Span } from '../../program/program.ts';
import { returnsOf } from '../../program/returns-of.ts';

/** A client that believes any certificate. */
export const DISABLED_CERTIFICATE_CHECK: DetectingRule = {
  id: 'java/disabled-certificate-check',
  ...KIND_DESCRIPTIONS['disabled-certificate-check'],
  fix: 'Leave the usual checks in place; put certificates of your own into a trust store.',
  weakExample:
    'import javax.net.ssl.*;\n\nclass Client {\n  void open(HttpsURLConnection connection) {\n    connection.setHostnameVerifier((host, session) -> true);\n  }\n}\n',
  safeExample:
    'import javax.net.ssl.*;\n\nclass Client {\n  void open(HttpsURLConnection connection, SSLContext context) {\n    connection.setSSLSocketFactory(context.getSocketFactory());\n  }\n}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const [first] = site.call.arguments;
      const isVerifier =
        /^(?:setHostnameVerifier|setDefaultHostnameVerifier|hostnameVerifier|setSSLHostnameVerifier)$/.test(
          calledName(site),
        );
      const isOpen = isVerifier && first?.value.kind === 'function-value' && saysYes(first.value.definition);
      if (
        isOpen ||
        /(?:^|\.)(?:NoopHostnameVerifier|AllowAllHostnameVerifier|TrustAllStrategy|InsecureTrustManagerFactory|AllowAllHostnameVerifier\.\w+)$/.test(
          site.ref,
        )
      ) {
        yield { span: site.call.span };
      }
      const isStrategy = /^(?:loadTrustMaterial)$/.test(calledName(site));
      if (
        isStrategy &&
        site.call.arguments.some(({ value }) => value.kind === 'function-value' && saysYes(value.definition))
      ) {
        yield { span: site.call.span };
      }
      if (
        isVerifier &&
        site.positional.some(({ ref }) => /NoopHostnameVerifier|ALLOW_ALL_HOSTNAME_VERIFIER/.test(ref))
      ) {
        yield { span: site.call.span };
      }
      if (calledName(site) === 'trustManager' && /InsecureTrustManagerFactory/.test(site.positional[0]?.ref ?? '')) {
        yield { span: site.call.span };
      }
    }
    for (const definition of analysis.program.functions) {
      for (const { value, span } of returnsOf(definition.body)) {
        if (value.kind === 'function-value' && isOpenVerifier(value.definition)) yield { span };
      }
      const isEmpty =
        definition.name === 'checkServerTrusted' &&
        definition.body.every((statement) => statement.kind === 'exit' && statement.how === 'return');
      if (isEmpty) yield { span: headOf(definition) };
      const isVerify = definition.name === 'verify' && definition.parameters.length === 2 && isSession(definition);
      if (isVerify && saysYes(definition)) yield { span: headOf(definition) };
    }
  },
};

/** Whether all that the function returns is yes. */
function saysYes({ body }: FunctionDefinition): boolean {
  const returned = returnsOf(body);
  return returned.length > 0 && returned.every(({ value }) => value.kind === 'literal' && value.value === true);
}

/** `(host, session) -> true` that is handed back for others to use. */
function isOpenVerifier(definition: FunctionDefinition): boolean {
  const { parameters } = definition;
  return parameters.length === 2 && /session$/i.test(parameters[1]?.name ?? '') && saysYes(definition);
}

function isSession({ parameters }: FunctionDefinition): boolean {
  const type = parameters[1]?.annotation;
  return type?.kind === 'name' && type.name.endsWith('SSLSession');
}

/** The line that names the function, below its annotations. */
function headOf({ parameters, span }: FunctionDefinition): Span {
  return parameters[0]?.span ?? span;
}
