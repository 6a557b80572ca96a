import type { NoticeAction, Steadfetch } from 'steadfetch';
import { SteadfetchProvider, useNotices } from 'steadfetch/react';

const Step = ({ label, run }: NoticeAction) => <button onClick={run}>{label}</button>;

const Notices = () =>
  useNotices().map(({ id, title, body, actions }) => (
    <p key={id}>
      {title} {body}{' '}
      {actions.map((action) => (
        <Step key={action.id} {...action} />
      ))}
    </p>
  ));

export const App = ({ client }: { client: Steadfetch }) => (
  <SteadfetchProvider client={client}>
    <Notices />
  </SteadfetchProvider>
);
