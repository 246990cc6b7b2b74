/** Formats that the makers of keys and tokens gave them, so that they can be recognised wherever they stand. */
const FORMATS: readonly RegExp[] = [
  // Clouds
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z\d]{16}\b/,
  /\bAIza[\w-]{35}\b/,
  /\bGOCSPX-[\w-]{28}\b/,
  /\bya29\.[\w-]{40,}/,
  /\bAccountKey=[A-Za-z\d+/]{86}==/,
  /\bdo[opr]_v1_[a-f\d]{64}\b/,
  /\bhv[sb]\.[\w-]{24,}/,
  /\bdapi[a-f\d]{32}\b/,
  /\bpul-[a-f\d]{40}\b/,
  /\bpscale_(?:tkn|pw|oauth)_[\w.-]{32,}/,
  /\bsbp_[a-f\d]{40}\b/,
  /\bnfp_[A-Za-z\d]{36,}\b/,
  /\bdp\.(?:pt|st|sa|ct)\.[\w.]{40,}/,
  /\bops_eyJ[\w-]{100,}/,
  // Code and packages
  /\bgh[pousr]_[A-Za-z\d]{36,}\b|\bgithub_pat_\w{50,}\b/,
  /\bgl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent|oas)-[\w-]{20,}/,
  /\bnpm_[A-Za-z\d]{36}\b/,
  /\bpypi-AgE[\w-]{50,}/,
  /\brubygems_[a-f\d]{48}\b/,
  /\bdckr_(?:pat|oat)_[\w-]{27,}/,
  /\bATATT3[\w=-]{100,}/,
  // Talk and mail
  /\bxox[abeoprs]-[\w-]{10,}|\bxapp-\d-[\w-]{20,}/,
  /\bhooks\.slack\.com\/(?:services|workflows)\/T\w{6,}\/\w{6,}\/\w{16,}/,
  /\bdiscord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60,}/,
  /\b\d{8,10}:AA[\w-]{33}\b/,
  /\bSG\.[\w-]{20,}\.[\w-]{30,}/,
  /\bkey-[a-f\d]{32}\b/,
  /\b[a-f\d]{32}-us\d{1,2}\b/,
  /\bSK[a-f\d]{32}\b/,
  // Money and shops
  /\b[srp]k_live_[A-Za-z\d]{16,}\b/,
  /\bwhsec_[A-Za-z\d+/]{32,}/,
  /\bsq0(?:atp|csp)-[\w-]{22,}/,
  /\bshp(?:at|ca|pa|ss)_[A-Fa-f\d]{32}\b/,
  // Language models
  /\bsk-(?:proj-|ant-|svcacct-|or-v1-)?[\w-]{32,}/,
  /\bgsk_[A-Za-z\d]{48,}\b/,
  /\bhf_[A-Za-z\d]{34,}\b/,
  /\br8_[A-Za-z\d]{37,}\b/,
  // Work
  /\blin_api_[A-Za-z\d]{40}\b/,
  /\bntn_[A-Za-z\d]{40,}\b|\bsecret_[A-Za-z\d]{43}\b/,
  /\bfigd_[\w-]{40,}/,
  /\bgl(?:sa_[A-Za-z\d]{32}_[a-f\d]{8}|c_eyJ[A-Za-z\d+/=]{32,})/,
  // Keys
  /-----BEGIN (?:[A-Z\d]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[rn])*(?:[A-Z][\w-]+: [^\n\\]*(?:\s|\\[rn])+)*[A-Za-z\d+/=]{16,}/,
  /\bAGE-SECRET-KEY-1[A-Z\d]{58}\b/,
];

/** Fewer different characters than this are a placeholder: `ghp_xxxxxxxx`. */
const LEAST_CHARACTERS = 8;

/** Where in the text a secret in a format of its own stands; nothing where there is none. */
export function findSecretFormat(text: string): { readonly start: number; readonly end: number } | undefined {
  for (const format of FORMATS) {
    const match = format.exec(text);
    if (match === null || /EXAMPLE/i.test(match[0]) || new Set(match[0]).size < LEAST_CHARACTERS) continue;
    return { start: match.index, end: match.index + match[0].length };
  }
  return undefined;
}
