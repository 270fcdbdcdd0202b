// Runs the script on its standard input as mongosh would, with a stand-in for mongod in
// one of four states: `new`, without a replica set; `in`, the primary of a set of one;
// `out`, with a set's configuration that does not name it; or `silent`.
const fs = require('fs');

let state = process.argv[2];
const users = new Set(state === 'new' ? [] : ['root']);
const refuse = codeName => { throw Object.assign(new Error(codeName), { codeName }); };

const config = { members: [{ _id: 0, host: 'auth-mongo-depl-0.auth-mongo-srv:27017' }] };
const database = {
  hello() {
    if (state === 'silent') refuse('HostUnreachable');
    // `new` and `out` answer alike.
    if (state !== 'in') return { ok: 1, isWritablePrimary: false, isreplicaset: true };
    return { ok: 1, isWritablePrimary: true, setName: 'auth-mongo' };
  },
  adminCommand(command) {
    if (command.replSetGetConfig) return { config };
    // The localhost exception ends with the first user.
    if (command.replSetGetStatus) return refuse(users.size ? 'Unauthorized' : 'NotYetInitialized');
    if (!command.replSetInitiate || state !== 'new') return refuse('AlreadyInitialized');
    print(`member ${command.replSetInitiate.members[0].host}`);
    state = 'in';
  },
  getUser: name => users.has(name),
  createUser: ({ user }) => users.add(user),
  updateUser: () => {},
  getSiblingDB: () => database,
};

class Mongo {
  constructor(uri) {
    if (uri.includes('root:') && !users.has('root')) refuse('AuthenticationFailed');
  }
  getDB() { return database; }
}

const print = text => console.log(text);
const names = {
  Mongo,
  print,
  db: database,
  sleep: () => {},
  quit: code => process.exit(code),
  require: () => ({ readFileSync: () => 'secret' }),
  process: { env: { SET: 'auth-mongo', MEMBERS: '1' } },
};
new Function(...Object.keys(names), fs.readFileSync(0, 'utf8'))(...Object.values(names));
