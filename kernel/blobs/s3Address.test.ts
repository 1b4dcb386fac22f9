import { expect, test } from 'vitest';
import { readS3Address } from './s3Address.ts';

const shown = (text: string): unknown => {
  const address = readS3Address(text);
  return address === null ? null : [address.bucket.href, address.prefix, address.region];
};

test('at AWS the bucket is part of the host, unless its name has a dot', () => {
  expect(shown('s3://models')).toEqual(['https://models.s3.us-east-1.amazonaws.com/', '', 'us-east-1']);
  expect(shown('s3://my.models/a/b/?region=eu-central-1')).toEqual([
    'https://s3.eu-central-1.amazonaws.com/my.models/',
    'a/b/',
    'eu-central-1',
  ]);
});

test('anywhere else it is part of the path', () => {
  expect(shown('s3://models/prefix?endpoint=https://minio.example:9000')).toEqual([
    'https://minio.example:9000/models/',
    'prefix/',
    'us-east-1',
  ]);
});

test.each([
  'https://models.s3.amazonaws.com',
  's3://',
  's3://a',
  's3://Models_1',
  's3://user:secret@models',
  's3://models:9000',
  's3://models/a b',
  's3://models/../../other',
  's3://models/a//b',
  's3://models/%2e%2e/b',
  's3://models?region=eu central',
  's3://models?regoin=eu-central-1',
  's3://models?endpoint=minio.example:9000',
  's3://models?endpoint=ftp://minio.example',
  's3://models?endpoint=https://user:secret@minio.example',
  's3://models?endpoint=https://minio.example/path',
])('%s is no such address', (text) => {
  expect(shown(text)).toBeNull();
});
