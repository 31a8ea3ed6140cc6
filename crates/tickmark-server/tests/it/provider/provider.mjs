// A real provider for the tests: listens first (its issuer is its own address), reads one line of JSON about the client, then serves.
// Whoever signs in types who the provider shall say they are: "subject,mail,verified" or "subject,mail,unverified".
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

function key(type, options, alg) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), kid: alg, alg, use: 'sig' };
}

const keys = {
  RS256: () => key('rsa', { modulusLength: 2048 }, 'RS256'),
  PS256: () => key('rsa', { modulusLength: 2048 }, 'PS256'),
  ES256: () => key('ec', { namedCurve: 'P-256' }, 'ES256'),
  EdDSA: () => key('ed25519', {}, 'EdDSA'),
};

function person(typed) {
  const [sub, email, verified] = typed.split(',');
  const claims = { sub, name: `The ${sub}` };
  return email ? { ...claims, email, email_verified: verified === 'verified' } : claims;
}

function provider(issuer, asked) {
  return new Provider(issuer, {
    clients: [{
      client_id: asked.id,
      client_secret: asked.secret,
      redirect_uris: asked.redirects,
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: asked.auth,
      id_token_signed_response_alg: asked.alg,
    }],
    clientAuthMethods: [asked.auth],
    jwks: { keys: [keys[asked.alg]()] },
    cookies: { keys: ['only for tests'] },
    pkce: { methods: ['S256'], required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // Many providers put the mail address into the token, the standard lets it be asked for.
    conformIdTokenClaims: !asked.mailInToken,
    findAccount: (ctx, typed) => ({ accountId: typed, claims: () => person(typed) }),
  });
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  console.log(issuer);
  const lines = createInterface({ input: process.stdin });
  lines.once('line', (line) => {
    server.on('request', provider(issuer, JSON.parse(line)).callback());
    console.log('ready');
  });
  // Whoever started this is gone.
  lines.on('close', () => process.exit(0));
});
