// An OpenID provider for tests: node-oidc-provider, with made-up people and its own pages for sign-in and consent.
//
// Settings: `issuer` (its own address when absent), `clients`, `people` (login name to claims), `key` (`kid` and `alg` of the signing
// key, made anew at each start), `algorithms` it announces, `tls` (`cert` and `key`, PEM).
// Beside the provider's own routes, POST /peer/sign signs any claims with the provider's key: so a test gets tokens that are
// rightly signed and wrong in one other respect.

import { listen, say, settings } from './peer.mjs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { generateKeyPair, exportJWK, SignJWT } from 'jose';
import Provider from 'oidc-provider';

const { kid, alg } = settings.key ?? { kid: 'key-1', alg: 'RS256' };
const { privateKey } = await generateKeyPair(alg, { extractable: true });
const signing = { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' };

function configuration() {
  return {
    clients: settings.clients,
    jwks: { keys: [signing] },
    cookies: { keys: ['made up for tests'] },
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'organisation'],
      email: ['email', 'email_verified'],
    },
    enabledJWA: { idTokenSigningAlgValues: settings.algorithms ?? [alg] },
    conformIdTokenClaims: settings.claimsInUserInfoOnly ?? true,
    findAccount: (_, id) => {
      const person = settings.people?.[id];
      return person && { accountId: id, claims: () => ({ sub: id, ...person }) };
    },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    ttl: { IdToken: 3600, AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, Interaction: 3600, Session: 3600 },
    renderError: (ctx, out) => {
      ctx.type = 'json';
      ctx.body = out;
    },
  };
}

async function sign(request) {
  let text = '';
  for await (const part of request) text += part;
  const { header, claims, secret } = JSON.parse(text);
  const key = secret ? new TextEncoder().encode(secret) : privateKey;
  return new SignJWT(claims).setProtectedHeader({ kid, alg, ...header }).sign(key);
}

let answer;
const handle = async (request, response) => {
  if (request.url === '/peer/sign') {
    response.end(await sign(request));
  } else {
    answer(request, response);
  }
};
const server = settings.tls ? createHttps(settings.tls, handle) : createHttp(handle);
server.on('listening', () => {
  const own = `${settings.tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  const provider = new Provider(settings.issuer ?? own, configuration());
  provider.on('server_error', (_, fault) => process.stderr.write(`${fault.stack}\n`));
  provider.on('grant.error', (_, fault) => say({ refused: fault.message, detail: fault.error_detail }));
  answer = provider.callback();
});
listen(server);
