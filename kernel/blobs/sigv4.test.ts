import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { amzDate, authorization } from './sigv4.ts';

const EMPTY = createHash('sha256').digest('hex');
const signatureOf = (header: string): string | undefined => /Signature=([0-9a-f]{64})$/.exec(header)?.[1];

/** From AWS's published test suite of signature version 4. */
describe('the examples of the test suite', () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const sign = (method: string, path: string, more: Record<string, string> = {}, bodySha256 = EMPTY): string =>
    authorization(
      {
        method,
        url: new URL(`https://example.amazonaws.com${path}`),
        headers: { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z', ...more },
        bodySha256,
      },
      { region: 'us-east-1', service: 'service' },
      credentials,
    );

  test('get-vanilla', () => {
    expect(sign('GET', '/')).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    );
  });

  test.each([
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ])('%s', (_, method, path, signature) => {
    expect(signatureOf(sign(method, path))).toBe(signature);
  });

  test('get-header-value-trim', () => {
    expect(signatureOf(sign('GET', '/', { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' }))).toBe(
      'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    );
  });
});

/** From AWS's documentation of S3: requests with the body's digest in a header. */
describe('the examples of S3', () => {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const sign = (method: string, path: string, more: Record<string, string>, bodySha256 = EMPTY): string | undefined =>
    signatureOf(
      authorization(
        {
          method,
          url: new URL(`https://examplebucket.s3.amazonaws.com${path}`),
          headers: {
            host: 'examplebucket.s3.amazonaws.com',
            'x-amz-content-sha256': bodySha256,
            'x-amz-date': '20130524T000000Z',
            ...more,
          },
          bodySha256,
        },
        { region: 'us-east-1', service: 's3' },
        credentials,
      ),
    );

  test('part of an object is read', () => {
    expect(sign('GET', '/test.txt', { range: 'bytes=0-9' })).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  test('an object is written', () => {
    const body = createHash('sha256').update('Welcome to Amazon S3.').digest('hex');
    const more = { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' };
    expect(sign('PUT', '/test%24file.text', more, body)).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
  });

  test('a query without a value, and one with two', () => {
    expect(sign('GET', '/?lifecycle', {})).toBe('fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
    expect(sign('GET', '/?max-keys=2&prefix=J', {})).toBe('34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7');
  });
});

test('a moment is written as AWS writes it', () => {
  expect(amzDate(Date.UTC(2015, 7, 30, 12, 36, 0, 999))).toBe('20150830T123600Z');
});
