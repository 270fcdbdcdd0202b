// Brings a replica set from any state to the configured one. It is idempotent and may be
// interrupted at any point; an error ends it, and it is run again.

const fs = require('fs');
const secret = name => fs.readFileSync(`/secret/${name}`, 'utf8').trim();

const set = process.env.SET;
const service = set.replace(/-mongo$/, '');
const members = Array.from({ length: Number(process.env.MEMBERS) }, (_, n) => `${set}-depl-${n}.${set}-srv:27017`);

const connect = uri => new Mongo(`${uri}serverSelectionTimeoutMS=5000`);
const alone = host => connect(`mongodb://${host}/?directConnection=true&`).getDB('admin');
const asRoot = uri => connect(uri.replace('//', `//root:${secret('ROOT_PASSWORD')}@`)).getDB('admin');
const say = text => print(`${new Date().toISOString()} ${text}`);

/** Initiates the set, unless any member is in it: an emptied first member must not
 *  initiate a second set beside the others', who add it again. */
function initiate() {
  const here = alone('localhost:27017');
  if (here.hello().setName) return;
  const inSet = members.slice(1).filter(host => alone(host).hello().setName);
  if (inSet.length) throw new Error(`waiting until ${inSet} add this member again`);
  try {
    here.adminCommand({ replSetInitiate: { _id: set, members: [{ _id: 0, host: members[0] }] } });
  } catch (refused) {
    if (refused.codeName !== 'AlreadyInitialized') throw refused;
    throw new Error(`out of ${set}, as its name ${members[0]} did not resolve to it when it started. ` +
      `Kubernetes restarts it within minutes; at once: kubectl delete pod ${set}-depl-0`);
  }
  say(`initiated ${set}`);
  while (!here.hello().isWritablePrimary) sleep(200);
}

/** Creates the first user, which a set without users accepts from localhost. */
function ensureRoot() {
  const here = alone('localhost:27017');
  if (!here.hello().isWritablePrimary) return;
  try {
    asRoot('mongodb://localhost:27017/?directConnection=true&authSource=admin&');
  } catch (refused) {
    here.createUser({ user: 'root', pwd: secret('ROOT_PASSWORD'), roles: ['root'] });
    say('created root');
  }
}

/** Creates a user, or updates its password and roles. */
function ensureUser(database, user, pwd, roles) {
  if (database.getUser(user)) {
    database.updateUser(user, { pwd, roles });
  } else {
    database.createUser({ user, pwd, roles });
    say(`created ${user}`);
  }
}

/** Adds a member. MongoDB accepts one per reconfiguration. */
function addMember(admin, host) {
  const { config } = admin.adminCommand({ replSetGetConfig: 1 });
  if (config.members.some(member => member.host === host)) return;
  config.members.push({ _id: Math.max(...config.members.map(member => member._id)) + 1, host });
  config.version += 1;
  admin.adminCommand({ replSetReconfig: config });
  say(`added ${host}`);
}

initiate();
ensureRoot();
const admin = asRoot(`mongodb://${members}/?replicaSet=${set}&authSource=admin&`);
ensureUser(admin, 'backup', secret('BACKUP_PASSWORD'), ['backup']);
ensureUser(admin.getSiblingDB(service), service, secret('SERVICE_PASSWORD'), ['readWrite']);
members.forEach(host => addMember(admin, host));
say(`${set} has its ${members.length} member(s)`);
