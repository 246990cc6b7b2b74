import type { DetectingRule } from '../detection.ts';
import { ARCHIVE_SLIP } from './rules/archive-slip.ts';
import { BIND_ALL_INTERFACES } from './rules/bind-all-interfaces.ts';
import { BROKEN_CRYPTO } from './rules/broken-crypto.ts';
import { CLEARTEXT_LOGGING } from './rules/cleartext-logging.ts';
import { CODE_INJECTION } from './rules/code-injection.ts';
import { COMMAND_INJECTION } from './rules/command-injection.ts';
import { CORS_MISCONFIGURATION } from './rules/cors-misconfiguration.ts';
import { DEBUG_ENABLED } from './rules/debug-enabled.ts';
import { DISABLED_CERTIFICATE_CHECK } from './rules/disabled-certificate-check.ts';
import { HARDCODED_CREDENTIALS } from './rules/hardcoded-credentials.ts';
import { HEADER_INJECTION } from './rules/header-injection.ts';
import { IDOR } from './rules/idor.ts';
import { INSECURE_COOKIE } from './rules/insecure-cookie.ts';
import { INSECURE_TEMP_FILE } from './rules/insecure-temp-file.ts';
import { INSECURE_TLS_VERSION } from './rules/insecure-tls-version.ts';
import { JWT_NOT_VERIFIED } from './rules/jwt-not-verified.ts';
import { LDAP_INJECTION } from './rules/ldap-injection.ts';
import { LOG_INJECTION } from './rules/log-injection.ts';
import { MASS_ASSIGNMENT } from './rules/mass-assignment.ts';
import { MISSING_AUTHENTICATION } from './rules/missing-authentication.ts';
import { MISSING_HOST_KEY_VALIDATION } from './rules/missing-host-key-validation.ts';
import { NOSQL_INJECTION } from './rules/nosql-injection.ts';
import { OPEN_REDIRECT } from './rules/open-redirect.ts';
import { PATH_TRAVERSAL } from './rules/path-traversal.ts';
import { REDOS } from './rules/redos.ts';
import { SQL_INJECTION } from './rules/sql-injection.ts';
import { SSRF } from './rules/ssrf.ts';
import { STACK_TRACE_EXPOSURE } from './rules/stack-trace-exposure.ts';
import { STATIC_IV } from './rules/static-iv.ts';
import { TEMPLATE_INJECTION } from './rules/template-injection.ts';
import { TIMING_ATTACK } from './rules/timing-attack.ts';
import { UNSAFE_DESERIALIZATION } from './rules/unsafe-deserialization.ts';
import { WEAK_FILE_PERMISSIONS } from './rules/weak-file-permissions.ts';
import { WEAK_HASH } from './rules/weak-hash.ts';
import { WEAK_KEY_SIZE } from './rules/weak-key-size.ts';
import { WEAK_PASSWORD_HASH } from './rules/weak-password-hash.ts';
import { WEAK_RANDOMNESS } from './rules/weak-randomness.ts';
import { XPATH_INJECTION } from './rules/xpath-injection.ts';
import { XSS } from './rules/xss.ts';
import { XXE } from './rules/xxe.ts';

/** Every rule for Python, by its id. */
export const PYTHON_RULES: readonly DetectingRule[] = [
  ARCHIVE_SLIP,
  BIND_ALL_INTERFACES,
  BROKEN_CRYPTO,
  CLEARTEXT_LOGGING,
  CODE_INJECTION,
  COMMAND_INJECTION,
  CORS_MISCONFIGURATION,
  DEBUG_ENABLED,
  DISABLED_CERTIFICATE_CHECK,
  HARDCODED_CREDENTIALS,
  HEADER_INJECTION,
  IDOR,
  INSECURE_COOKIE,
  INSECURE_TEMP_FILE,
  INSECURE_TLS_VERSION,
  JWT_NOT_VERIFIED,
  LDAP_INJECTION,
  LOG_INJECTION,
  MASS_ASSIGNMENT,
  MISSING_AUTHENTICATION,
  MISSING_HOST_KEY_VALIDATION,
  NOSQL_INJECTION,
  OPEN_REDIRECT,
  PATH_TRAVERSAL,
  REDOS,
  SQL_INJECTION,
  SSRF,
  STACK_TRACE_EXPOSURE,
  STATIC_IV,
  TEMPLATE_INJECTION,
  TIMING_ATTACK,
  UNSAFE_DESERIALIZATION,
  WEAK_FILE_PERMISSIONS,
  WEAK_HASH,
  WEAK_KEY_SIZE,
  WEAK_PASSWORD_HASH,
  WEAK_RANDOMNESS,
  XPATH_INJECTION,
  XSS,
  XXE,
];
