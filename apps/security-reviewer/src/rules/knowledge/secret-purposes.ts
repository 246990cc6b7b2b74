/** Words of names that say that a random value must not be guessed. */
export const SECRET_PURPOSES: ReadonlySet<string> = new Set(
  (
    'token tokens secret secrets password passwd pwd passphrase key keys nonce iv salt otp pin code csrf xsrf session sid ' +
    'sessionid cookie auth authentication reset invite invitation voucher coupon api credential credentials apikey ' +
    'verification recovery challenge state activation magic signature captcha passcode verifier'
  ).split(' '),
);
