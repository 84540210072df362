//! Before a warm run begins: metadata, producer id and connections, on a network without latency, so
//! that all of it happens at one instant.

use super::application::{Application, ApplicationStage};
use super::metadata::NodeId;
use super::thread::{Flow, Frame, Wait};
use super::{Fx, Producer, Warming};
use units::{SimTime, TopicId};

impl Producer {
    /// The application asks for metadata of all topics, then for connections to all brokers.
    pub(super) fn step_warm_up(&mut self, mut app: Application, fx: &mut Fx<'_>) -> Flow {
        match app.stage {
            ApplicationStage::WarmUp => {
                self.warming = Warming::Metadata;
                for topic in 0..self.cluster_topics {
                    let topic = TopicId(topic as u16);
                    self.metadata.add(topic, fx.now.clock());
                    self.metadata.request_update_for_topic(topic);
                }
                self.wakeup = true;
                app.stage = ApplicationStage::WarmConnections;
                Flow::Wait(Frame::Application(app), Wait::WarmMetadata, SimTime::NEVER)
            }
            ApplicationStage::WarmConnections => {
                self.warming = Warming::Connections;
                self.wakeup = true;
                app.stage = ApplicationStage::Warm;
                Flow::Wait(Frame::Application(app), Wait::WarmConnections, SimTime::NEVER)
            }
            _ => {
                self.warming = Warming::Over;
                app.stage = ApplicationStage::Begin;
                // the clock jumps to 0 before the application goes on
                Flow::Wait(Frame::Application(app), Wait::Deadline, fx.now)
            }
        }
    }

    pub(super) fn has_all_metadata(&self) -> bool {
        (0..self.cluster_topics)
            .all(|topic| self.metadata.partition_count(TopicId(topic as u16)).is_some())
    }

    pub(super) fn has_all_connections(&self, fx: &Fx<'_>) -> bool {
        let connected = fx
            .scenario
            .cluster
            .brokers
            .iter()
            .all(|broker| self.client.can_send_request(NodeId::from(*broker)));
        let has_id = self.transactions.as_ref().is_none_or(|t| t.producer().is_valid());
        connected && has_id && fx.next_event == SimTime::NEVER && !self.client.deliverable()
    }

    /// While the warm-up lasts, each poll connects to all brokers first.
    pub(super) fn warm_connections(&mut self, fx: &mut Fx<'_>) {
        if self.warming != Warming::Connections {
            return;
        }
        let clock = fx.now.clock();
        for broker in &fx.scenario.cluster.brokers {
            let (client, metadata, mut io) = self.io(clock, fx);
            client.ready(NodeId::from(*broker), metadata, &mut io);
        }
    }
}
