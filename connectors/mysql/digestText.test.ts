import { expect, test } from 'vitest';
import { isCutOff, isOfSeveral, readableDigest } from './digestText.ts';

test('a text that fills the room of the engine is cut off, and so is one that MySQL ends with dots', () => {
  // As MariaDB 10.11 printed it with 512 bytes: the last comma is what was left of a longer list.
  const columns = Array.from({ length: 23 }, (_, n) => `\`amount\` AS \`a${n}\` , `).join('');
  const text = `INSERT INTO \`totals\` SELECT ID , \`a1\` FROM ( SELECT ID , ${columns}`;
  expect(isCutOff(text, 512)).toBe(true);
  expect(isCutOff(text, 1_024)).toBe(false);
  expect(isCutOff('SELECT `a` FROM `t` WHERE `b` = ? AND ...', 1_024)).toBe(true);
});

test('dots that stand for left out values are no end', () => {
  expect(isCutOff('SELECT `a` FROM `t` LIMIT ?, ... ', 1_024)).toBe(false);
  expect(isCutOff('SELECT `a` FROM `t` WHERE `b` IN (...) ', 1_024)).toBe(false);
});

test('what the engine prints becomes something that can be parsed', () => {
  expect(readableDigest('INSERT INTO `t` VALUES (...) /* , ... */ ; ')).toBe('INSERT INTO `t` VALUES (?)');
  expect(readableDigest('SELECT `a` FROM `t` WHERE `b` IN (...) LIMIT ?, ... ')).toBe(
    'SELECT `a` FROM `t` WHERE `b` IN (?) LIMIT ?, ?',
  );
});

test('a semicolon at the end says that more was sent with it', () => {
  expect(isOfSeveral('SELECT ? ; ')).toBe(true);
  expect(isOfSeveral('SELECT ? ')).toBe(false);
});
