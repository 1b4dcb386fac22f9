import { expect, test } from 'vitest';
import { requestToken } from './requestToken.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const cookie = 'theme=dark; cadastre_session=cad_session_x; other=1';
const secure = 'theme=dark; __Host-cadastre=cad_session_x; other=1';
const refused = expect.objectContaining({ code: 'FORBIDDEN' });

test('the header goes before the cookie, and a header that is wrong is not made up for by a cookie', () => {
  expect(requestToken('POST', { cookie, authorization: 'Bearer abc', ...JSON_TYPE })).toBe('abc');
  expect(() => requestToken('POST', { cookie, authorization: 'Basic abc', ...JSON_TYPE })).toThrow(
    expect.objectContaining({ code: 'UNAUTHENTICATED' }),
  );
});

test('a header needs no proof of where it comes from: no browser adds it by itself', () => {
  expect(requestToken('POST', { authorization: 'Bearer abc', 'sec-fetch-site': 'cross-site' })).toBe('abc');
});

test.each(['cadastre_session', '__Host-cadastre'])('the cookie %s carries the token', (name) => {
  expect(requestToken('GET', { cookie: `a=b; ${name}=cad_session_y`, host: '127.0.0.1:4000' })).toBe('cad_session_y');
});

test('the cookie that only this server can have set goes first', () => {
  for (const host of ['localhost:4000', 'catalog.example'])
    expect(requestToken('GET', { cookie: `${cookie}; __Host-cadastre=cad_session_own`, host })).toBe('cad_session_own');
});

test('the plain cookie counts on this machine alone, because neighbours of a domain can set it', () => {
  for (const host of ['127.0.0.1:4000', 'localhost', '[::1]:4000'])
    expect(requestToken('GET', { cookie, host })).toBe('cad_session_x');
  for (const host of ['catalog.example', '127.0.0.1.evil.example', 'localhost.evil.example:4000', '', undefined])
    expect(() => requestToken('GET', { cookie, host })).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
});

test.each(['', 'cadastre_session=', 'cadastre_session=a b', 'xcadastre_session=x', 'cadastre_session=<script>'])(
  'the cookies %j carry none',
  (text) => {
    expect(() => requestToken('GET', { cookie: text, host: 'localhost' })).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }),
    );
  },
);

test.each([
  {},
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { origin: 'http://catalog.example:4000', host: 'catalog.example:4000' },
  // Behind a proxy that gives the host another name, the browser knows better.
  { origin: 'https://catalog.example', host: '10.0.0.7:4000', 'sec-fetch-site': 'same-origin' },
  { 'content-type': 'application/json; charset=utf-8' },
  { 'content-type': 'application/graphql-response+json' },
])('a change from a page of ours is taken: %j', (headers) => {
  expect(requestToken('POST', { cookie: secure, ...JSON_TYPE, ...headers })).toBe('cad_session_x');
});

test.each([
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example', host: 'catalog.example' },
  { origin: 'http://catalog.example:5000', host: 'catalog.example:4000' },
  { origin: 'null', host: 'catalog.example' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'text/plain; application/json' },
  { 'content-type': 'multipart/form-data' },
  { 'content-type': 'application/jsonx' },
  { 'content-type': '' },
])('a change from elsewhere is refused: %j', (headers) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect(() => requestToken(method, { cookie: secure, ...JSON_TYPE, ...headers })).toThrow(refused);
});
