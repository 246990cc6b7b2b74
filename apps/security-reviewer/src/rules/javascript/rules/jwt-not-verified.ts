import type { Analysis } from '../../flow/analysis.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import type { Expression } from '../../program/program.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { isPageCode } from './environment.ts';
import { optionOf } from './settings.ts';

const DECODERS =
  /^(?:jsonwebtoken|jose)\.(?:decode|decodeJwt)$|^(?:jwt-decode|jwt_decode)(?:\.(?:jwtDecode|default))?$/;
const VERIFIERS =
  /^(?:jsonwebtoken|jose|express-jwt|jwt-simple|fast-jwt|aws-jwt-verify|jws)\b.*(?:verify|jwtVerify|decode|Verifier|compactVerify)$/;

/** A token that is believed without its signature. */
export const JWT_NOT_VERIFIED: DetectingRule = {
  id: 'js/jwt-not-verified',
  ...KIND_DESCRIPTIONS['jwt-not-verified'],
  fix: 'Use `jwt.verify(token, key, { algorithms: ["HS256"] })`; `decode` only reads.',
  weakExample:
    "import jwt from 'jsonwebtoken';\n\nexport function userOf(request) {\n  return jwt.decode(request.headers.authorization).sub;\n}\n",
  safeExample:
    "import jwt from 'jsonwebtoken';\n\nexport function userOf(request, key) {\n  return jwt.verify(request.headers.authorization, key, { algorithms: ['HS256'] }).sub;\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) if (isUnverified(site, analysis)) yield { span: site.call.span };
  },
};

function isUnverified(site: CallSite, analysis: Analysis): boolean {
  const { ref } = site;
  if (DECODERS.test(ref)) {
    return !isVerifiedNearby(site, analysis) && !(isPageCode(analysis) || analysis.importsFrom('react'));
  }
  if (ref === 'jwt-simple.decode') return site.positional[2]?.literal === true;
  if (/^(?:jsonwebtoken)\.verify$/.test(ref)) {
    const key = site.positional[1];
    return allowsNone(site) || key?.literal === null || constantText(key) === '' || key?.literal === false;
  }
  if (
    /^(?:jsonwebtoken\.sign|jws\.(?:sign|verify)|jwt-simple\.\w+|express-jwt(?:\.\w+)?|fast-jwt\.\w+|koa-jwt|fastify-jwt)$/.test(
      ref,
    )
  ) {
    return allowsNone(site) || site.positional.some((value) => /^none$/i.test(constantText(value) ?? ''));
  }
  return readsPayload(site, analysis) && !isVerifiedNearby(site, analysis) && !isPageCode(analysis);
}

function allowsNone(site: CallSite): boolean {
  const given = [optionOf(site, 'algorithms'), optionOf(site, 'algorithm')];
  return given.some((value) => (value?.items ?? [value]).some((one) => /^none$/i.test(constantText(one) ?? '')));
}

/** `JSON.parse(Buffer.from(token.split(".")[1], "base64"))`: the payload, read past the signature. */
function readsPayload(site: CallSite, analysis: Analysis): boolean {
  if (!/^(?:Buffer\.from|atob)$/.test(site.ref)) return false;
  const given = behind(site.call.arguments[0]?.value, site, analysis);
  const isSecond = given?.kind === 'index' && given.index?.kind === 'literal' && given.index.value === 1;
  const split = isSecond ? behind(given.object, site, analysis) : undefined;
  const isSplit = split?.kind === 'call' && split.callee.kind === 'member' && split.callee.property === 'split';
  const separator = isSplit ? split.arguments[0]?.value : undefined;
  return separator?.kind === 'literal' && separator.value === '.';
}

/** What a name was given last before the call. */
function behind(expression: Expression | undefined, site: CallSite, analysis: Analysis): Expression | undefined {
  if (expression?.kind !== 'name') return expression;
  const given = analysis.program.assignments.findLast(
    ({ targets, span }) =>
      span.start < site.call.span.start &&
      targets.some((target) => target.kind === 'name' && target.name === expression.name),
  );
  return given?.value;
}

/** Whether the same function checks a token, or looks only at the header to choose the key. */
function isVerifiedNearby(site: CallSite, analysis: Analysis): boolean {
  return analysis.calls.some(
    (other) =>
      other !== site &&
      other.caller === site.caller &&
      (VERIFIERS.test(other.ref) || /^(?:verify|jwtVerify|verifyToken|timingSafeEqual)$/.test(calledName(other))) &&
      !DECODERS.test(other.ref),
  );
}
