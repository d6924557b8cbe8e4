import { describe, expect, test } from '@jest/globals';
import { connectionSettings } from '../../src/adapters/mysql/connection-settings.js';

const BASE = 'mysql://u:secret@db.example:3307/d';

describe('a database address as providers print it', () => {
  test.each([
    ['?ssl-mode=REQUIRED', { ssl: { rejectUnauthorized: false } }],
    ['?ssl-mode=VERIFY_CA', { ssl: { rejectUnauthorized: true } }],
    ['?ssl-mode=VERIFY_IDENTITY', { ssl: { rejectUnauthorized: true, verifyIdentity: true } }],
    ['?ssl-mode=DISABLED', {}],
    ['?sslmode=require', { ssl: { rejectUnauthorized: false } }],
    ['?sslmode=verify-full&charset=utf8mb4', { ssl: { rejectUnauthorized: true, verifyIdentity: true } }],
    ['?sslmode=disable', {}],
    ['?ssl=true', { ssl: { rejectUnauthorized: true } }],
    ['?ssl=false', {}],
    ['?ssl={"rejectUnauthorized":false}', { ssl: { rejectUnauthorized: false } }],
    ['?ssl=Amazon%20RDS', { ssl: 'Amazon RDS' }],
    ['?charset=utf8', {}],
    ['?charset=utf8mb4_unicode_ci', {}],
  ])('%s', (query, expected) => {
    const { ssl, host, port, charset } = connectionSettings(BASE + query);
    expect({ ...(ssl !== undefined && { ssl }) }).toEqual(expected);
    expect({ host, port, charset }).toEqual({ host: 'db.example', port: 3307, charset: 'utf8mb4' });
  });

  test.each(['socket', 'socketPath'])('?%s= names a socket', (name) => {
    const settings = connectionSettings(`${BASE}?${name}=/run/mysqld/mysqld.sock`);
    expect(settings.socketPath).toBe('/run/mysqld/mysqld.sock');
    expect(settings).not.toHaveProperty('host');
  });

  test('has its parts percent-encoded', () => {
    const settings = connectionSettings('mysql2://a%40b:p%2F%23%3F%25@[::1]/my%20db');
    expect(settings).toMatchObject({ user: 'a@b', password: 'p/#?%', database: 'my db', host: '::1' });
  });
});

describe('a database address that is wrong is refused with what is wrong', () => {
  test.each([
    [
      'mysql://u:secret@h/d?timezone=Z',
      'its parameter timezone is none of socket, socketPath, ssl, ssl-mode',
    ],
    [
      'mysql://u:secret@h/d?ssl-mode=PREFERRED',
      'its parameter ssl-mode is PREFERRED, and must be one of disabled',
    ],
    ['mysql://u:secret@h/d?charset=latin1', 'its parameter charset is latin1'],
    ['mysql://u:secret@h/d?ssl={"ca', 'its parameter ssl begins as JSON'],
    ['mysql://u:secret@h/d?constructor=1', 'its parameter constructor is none of'],
    ['mysql://u:secret@h', 'it names no database'],
    ['mysql://u:secr%et@h/d', 'the password has a % that begins no percent-encoding; write it as %25'],
    ['mysql://u:secret#1@h/d', 'special characters in user and password must be percent-encoded'],
    ['postgres://u:secret@h/d', 'it begins with postgres://'],
  ])('%s', (url, problem) => {
    expect(() => connectionSettings(url)).toThrow(problem);
    expect(() => connectionSettings(url)).not.toThrow(/secret/);
  });
});
