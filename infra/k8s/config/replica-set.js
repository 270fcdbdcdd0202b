// Brings a replica set to what it should be, from whatever state it is in. May be
// interrupted and repeated at any point; any error ends it, and it is run again.

const fs = require('fs');
const secret = name => fs.readFileSync(`/secret/${name}`, 'utf8').trim();

const set = process.env.SET;
const service = set.replace(/-mongo$/, '');
const members = Array.from({ length: Number(process.env.MEMBERS) }, (_, n) => `${set}-depl-${n}.${set}-srv:27017`);

const connect = uri => new Mongo(`${uri}serverSelectionTimeoutMS=5000`);
const alone = host => connect(`mongodb://${host}/?directConnection=true&`).getDB('admin');
const asRoot = uri => connect(uri.replace('//', `//root:${secret('ROOT_PASSWORD')}@`)).getDB('admin');
const say = text => print(`${new Date().toISOString()} ${text}`);

/** Founds the set, unless any member knows of it: an emptied first member must
 *  not found a second set beside that of the others, which let it in again. */
function found() {
  const here = alone('localhost:27017');
  if (here.hello().setName) return;
  const knowing = members.slice(1).filter(host => alone(host).hello().setName);
  if (knowing.length) throw new Error(`waiting to be let in again by ${knowing}`);
  try {
    here.adminCommand({ replSetInitiate: { _id: set, members: [{ _id: 0, host: members[0] }] } });
  } catch (refused) {
    if (refused.codeName !== 'AlreadyInitialized') throw refused;
    throw new Error(`out of ${set}, as its name ${members[0]} did not lead here when it started. ` +
      `Kubernetes starts it anew within minutes; at once: kubectl delete pod ${set}-depl-0`);
  }
  say(`founded ${set}`);
  while (!here.hello().isWritablePrimary) sleep(200);
}

/** The first user, which a set without users takes from localhost. */
function ensureRoot() {
  const here = alone('localhost:27017');
  if (!here.hello().isWritablePrimary) return;
  try {
    asRoot('mongodb://localhost:27017/?directConnection=true&authSource=admin&');
  } catch (refused) {
    here.createUser({ user: 'root', pwd: secret('ROOT_PASSWORD'), roles: ['root'] });
    say('made root');
  }
}

/** A user with this password and these roles. A changed password is taken over. */
function ensureUser(database, user, pwd, roles) {
  if (database.getUser(user)) {
    database.updateUser(user, { pwd, roles });
  } else {
    database.createUser({ user, pwd, roles });
    say(`made ${user}`);
  }
}

/** One member at a time, as MongoDB asks. */
function letIn(admin, host) {
  const { config } = admin.adminCommand({ replSetGetConfig: 1 });
  if (config.members.some(member => member.host === host)) return;
  config.members.push({ _id: Math.max(...config.members.map(member => member._id)) + 1, host });
  config.version += 1;
  admin.adminCommand({ replSetReconfig: config });
  say(`let in ${host}`);
}

found();
ensureRoot();
const admin = asRoot(`mongodb://${members}/?replicaSet=${set}&authSource=admin&`);
ensureUser(admin, 'backup', secret('BACKUP_PASSWORD'), ['backup']);
ensureUser(admin.getSiblingDB(service), service, secret('SERVICE_PASSWORD'), ['readWrite']);
members.forEach(host => letIn(admin, host));
say(`${set} has its ${members.length} member(s)`);
