import { describe, expect, test } from 'vitest';
import { readArtifactPath } from './artifactPath.ts';
import { loggedModelRoot, readArtifactPlace, readModelSource, runRoot, versionRoot } from './artifactPlace.ts';

const refused = expect.objectContaining({ extensions: { mlflow: 'INVALID_PARAMETER_VALUE' } });
const RUN = '0123456789abcdef0123456789abcdef';
const MODEL = `m-${RUN}`;

const HOSTILE = [
  '..',
  '../x',
  'a/../b',
  'a/..',
  './a',
  'a/.',
  '/etc/passwd',
  '//etc',
  'a//b',
  '%2e%2e/x',
  '%2E%2E%2Fx',
  '%252e%252e%252fx',
  '%25252525252e%25252525252e/x',
  '..%2fx',
  'a%2f..%2fb',
  '..\\x',
  'a\\..\\b',
  '%5c..',
  'C:\\x',
  'C:/x',
  'c%3a/x',
  'file:///etc/passwd',
  'file:/etc/passwd',
  'http://x/y',
  'a#b',
  '%23/../x',
  'a?b',
  'a;b',
  'a\0b',
  'a%00b',
  'a\nb',
  'a%0ab',
  '\u202Eexe.txt',
  'a\u200Bb',
  ' a',
  'a /b',
  '\uD800',
  '',
  '/',
  'x'.repeat(2_000),
  '..%c0%af',
];

describe('the path of an artifact', () => {
  test.each(['MLmodel', 'model/MLmodel', 'a b/ä-1.json', 'x/y/z.tar.gz', '...', '100%', 'a%b', '.hidden', 'model/'])(
    '%j is one',
    (path) => {
      expect(readArtifactPath(path)).toBe(path.replace(/\/$/, ''));
    },
  );

  test.each(HOSTILE)('%j is refused', (path) => expect(() => readArtifactPath(path)).toThrow(refused));
});

describe('an address of artifacts', () => {
  test('leads to those of a run, a logged model or a version, as the server writes it', () => {
    const place = (uri: string) => readArtifactPlace(uri.replace('mlflow-artifacts:/', ''));
    expect(place(`${runRoot('7', RUN)}/model/MLmodel`)).toEqual({ owner: { kind: 'RUN', id: RUN }, path: 'model/MLmodel' });
    expect(place(runRoot('7', RUN))).toEqual({ owner: { kind: 'RUN', id: RUN }, path: '' });
    expect(place(`${loggedModelRoot('7', MODEL)}/MLmodel`)).toEqual({
      owner: { kind: 'LOGGED_MODEL', id: MODEL },
      path: 'MLmodel',
    });
    expect(place(versionRoot('mdv_x'))).toEqual({ owner: { kind: 'VERSION', id: 'mdv_x' }, path: '' });
  });

  test.each([
    '7',
    `7/${RUN}`,
    `7/${RUN}/other/x`,
    `x/${RUN}/artifacts/y`,
    '7/traces/tr-1/artifacts/traces.json',
    'model-versions',
  ])('%j leads nowhere', (address) => expect(readArtifactPlace(address)).toBeNull());

  test.each([`7/${RUN}/artifacts/../../x`, `7/${RUN}/artifacts/%2e%2e/x`, `../7/${RUN}/artifacts/x`])(
    '%j is refused',
    (address) => expect(() => readArtifactPlace(address)).toThrow(refused),
  );
});

describe('the source of a version', () => {
  test.each([
    [`runs:/${RUN}/model`, { kind: 'artifacts', place: { owner: { kind: 'RUN', id: RUN }, path: 'model' } }],
    [`runs:/${RUN}`, { kind: 'artifacts', place: { owner: { kind: 'RUN', id: RUN }, path: '' } }],
    [`models:/${MODEL}`, { kind: 'artifacts', place: { owner: { kind: 'LOGGED_MODEL', id: MODEL }, path: '' } }],
    ['models:/churn rate/3', { kind: 'version', name: 'churn rate', version: '3' }],
    [
      `mlflow-artifacts:/7/${RUN}/artifacts/model`,
      { kind: 'artifacts', place: { owner: { kind: 'RUN', id: RUN }, path: 'model' } },
    ],
  ])('%s is one', (source, read) => expect(readModelSource(source)).toEqual(read));

  test.each([
    'file:///etc/passwd',
    'file:/etc',
    '/etc/passwd',
    'etc/passwd',
    's3://bucket/model',
    'http://169.254.169.254/latest',
    'dbfs:/x',
    'ftp://x/y',
    'C:\\models',
    'models:/churn',
    'models:/churn/latest',
    'models:/a/b/3',
    `runs:/${RUN}/../../etc`,
    `runs:/${RUN}/%2e%2e/x`,
    `runs:/${RUN}/a#b`,
    `runs:/${RUN}/a?b`,
    `mlflow-artifacts:/7/${RUN}/artifacts/..`,
    `mlflow-artifacts:/../../etc/passwd`,
    'mlflow-artifacts:/somewhere',
    'mlflow-artifacts://host:5000/x/../../y',
    '',
  ])('%j is refused', (source) => expect(() => readModelSource(source)).toThrow(refused));
});
