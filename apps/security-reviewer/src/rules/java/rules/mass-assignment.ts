import type { DetectingRule, Detection } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';
import { at, exposed, siteRule } from '../../site-rule.ts';

/** A record whose every field the client may set. */
export const MASS_ASSIGNMENT: DetectingRule = siteRule(
  {
    id: 'java/mass-assignment',
    ...KIND_DESCRIPTIONS['mass-assignment'],
    fix: 'Copy the fields that the client may set one by one, or read the request into a class that holds only those.',
    weakExample:
      'import org.apache.commons.beanutils.BeanUtils;\nimport javax.servlet.http.HttpServletRequest;\n\nclass Users {\n  void update(Object user, HttpServletRequest request) throws Exception {\n    BeanUtils.populate(user, request.getParameterMap());\n  }\n}\n',
    safeExample:
      'import javax.servlet.http.HttpServletRequest;\n\nclass Users {\n  void update(User user, HttpServletRequest request) {\n    user.setName(request.getParameter("name"));\n  }\n}\n',
  },
  (site, analysis) =>
    isCopy(site) ? exposed(site, site.positional, 'fields', 'remote', analysis) : storesBody(site, analysis),
);

const POWER =
  /^(?:admin|role|roles|superuser|staff|balance|credit|credits|verified|permissions?|privilege|owner|approved|tenant|plan|enabled|paid|price|discount)$/;

function isCopy(site: CallSite): boolean {
  if (
    /^(?:BeanUtils\.(?:populate|copyProperties)|BeanUtilsBean\S*\.populate|PropertyUtils\.copyProperties)$/.test(
      site.ref,
    )
  ) {
    return site.positional.length <= 2;
  }
  return /(?:readerForUpdating\(\)\.readValue|ModelMapper\(\)\.map)$/.test(site.ref);
}

/** The body of a request that is stored as it came, with fields that say what its owner may do. */
function storesBody(site: CallSite, analysis: Analysis): Detection | undefined {
  const isStore =
    /^(?:save|saveAndFlush|persist|merge|insert|update)$/.test(calledName(site)) && site.receiver !== undefined;
  return at(
    site,
    isStore && site.positional.some((value) => analysis.comesFrom(value, 'remote', 'fields') && isRecord(value)),
  );
}

/** Whether what was read is a record itself: one with such fields, or one of a class that is not made for requests. */
function isRecord(value: Value): boolean {
  if (value.ref === '$decoded') {
    return [...(value.instanceOf?.fields.keys() ?? [])].some((name) => wordsOf(name).some((word) => POWER.test(word)));
  }
  const type = /^([A-Z]\w*)\(\)$/.exec(value.ref)?.[1];
  return type !== undefined && !/(?:Request|Dto|DTO|Form|Input|Command|Payload|Body|Params|Data|File|Part)$/.test(type);
}
